import { disposeItem } from './dispose-item.ts';

/**
 * Items one after the other, as often as you like: every `for await` is a fresh pass.
 *
 * Whoever receives an item owns the tensors in it. A stage such as `filter` or `batch` disposes what it does not hand on,
 * also when the loop is left early, and the consumer at the end disposes its batches.
 */
export interface Source<T> extends AsyncIterable<T> {
  /**
   * The pass of one epoch: equal epochs give equal passes, so that a run can be resumed.
   * A plain `for await` counts: its first pass over this source is that of epoch 0, the next that of epoch 1.
   *
   * @param epoch an integer in [0, 2^32)
   */
  pass(epoch: number): AsyncIterable<T>;
  /**
   * The pass of one epoch without its first items, as a run that is resumed within an epoch needs it: `passFrom(e, n)` is what
   * `pass(e)` gives after n items. Sources with random access, and stages over them, do not make the items that are left out.
   *
   * @param start how many items to leave out, an integer >= 0
   */
  passFrom(epoch: number, start: number): AsyncIterable<T>;
}

/** How {@link defineSource} leaves out the first items of a pass. */
export interface DefineSourceOptions<T> {
  /** The pass of an epoch after `start` items, where it can be had for less than the items. Default: they are made and their tensors disposed. */
  readonly passFrom?: (epoch: number, start: number) => AsyncIterable<T>;
}

/**
 * A source from the function that makes its passes; an async generator function is the usual one.
 *
 * @example
 * const countdown = defineSource(async function* () {
 *   for (let i = 3; i > 0; i--) yield i;
 * });
 * await Array.fromAsync(countdown); // [3, 2, 1]
 */
export function defineSource<T>(pass: (epoch: number) => AsyncIterable<T>, options: DefineSourceOptions<T> = {}): Source<T> {
  let passes = 0;
  const passFrom = options.passFrom ?? ((epoch: number, start: number) => withoutFirst(pass(epoch), start));
  return Object.freeze({ pass, passFrom, [Symbol.asyncIterator]: () => pass(passes++)[Symbol.asyncIterator]() });
}

/** What follows the first items, whose tensors are disposed. */
async function* withoutFirst<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T, void, undefined> {
  let seen = 0;
  for await (const item of items) {
    if (seen++ < count) disposeItem(item);
    else yield item;
  }
}

/**
 * The pass of one epoch over a {@link Source}, or over any other async iterable, which has no epochs.
 *
 * @param start how many of its first items to leave out; default 0
 * @example
 * const train = batch(shuffle(fromArrays({ label: Int32Array.of(3, 1, 4) }), key(0)), 3);
 * for await (const { label } of passOf(train, 3)) tf.dispose(label); // the fourth epoch's order, as often as it is asked for
 */
export function passOf<T>(source: AsyncIterable<T>, epoch: number, start: number = 0): AsyncIterable<T> {
  if (start > 0 && 'passFrom' in source) return (source as Source<T>).passFrom(epoch, start);
  const whole = 'pass' in source ? (source as Source<T>).pass(epoch) : source;
  return start > 0 ? withoutFirst(whole, start) : whole;
}
