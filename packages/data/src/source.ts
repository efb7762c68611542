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
export function defineSource<T>(pass: (epoch: number) => AsyncIterable<T>): Source<T> {
  let passes = 0;
  return Object.freeze({ pass, [Symbol.asyncIterator]: () => pass(passes++)[Symbol.asyncIterator]() });
}

/**
 * The pass of one epoch over a {@link Source}, or over any other async iterable, which has no epochs.
 *
 * @example
 * const train = batch(shuffle(fromArrays({ label: Int32Array.of(3, 1, 4) }), key(0)), 3);
 * for await (const { label } of passOf(train, 3)) tf.dispose(label); // the fourth epoch's order, as often as it is asked for
 */
export function passOf<T>(source: AsyncIterable<T>, epoch: number): AsyncIterable<T> {
  return 'pass' in source ? (source as Source<T>).pass(epoch) : source;
}
