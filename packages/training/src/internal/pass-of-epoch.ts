/** A source that has a pass of its own for each epoch, as those of `@kumiko/data` have. */
interface EpochSource<T> {
  pass(epoch: number): AsyncIterable<T>;
}

/** The pass of one epoch over a source that has such, or over any other iterable. */
export function passOfEpoch<T>(source: AsyncIterable<T>, epoch: number): AsyncIterable<T> {
  return 'pass' in source && typeof source.pass === 'function' ? (source as unknown as EpochSource<T>).pass(epoch) : source;
}
