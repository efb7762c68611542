/** @internal */
import { check } from '@kumiko/core';
import { disposeItem } from './dispose-item.ts';
import { featuresOf, type Features } from './scaling.ts';
import { passOf } from './source.ts';

/** Calls `visit` with every value and its place on the last axis, over the pass of epoch 0; returns how many features there are. */
export async function visitFeatures<T>(
  symbol: string,
  source: AsyncIterable<T>,
  select: (item: T) => Features,
  visit: (value: number, feature: number) => void,
): Promise<number> {
  let count: number | undefined;
  let seen = false;
  for await (const item of passOf(source, 0)) {
    const { values, shape } = featuresOf(select(item));
    const features = shape.at(-1) ?? 1;
    count ??= features;
    check(features === count, symbol, () => `expected ${count} features in every row, got ${features}. Select features of one shape.`);
    for (let i = 0; i < values.length; i++) visit(values[i] as number, i % features);
    seen ||= values.length > 0;
    disposeItem(item);
  }
  check(seen && count !== undefined, symbol, () => 'expected at least one row with features, got none. Pass the rows to train on.');
  return count;
}
