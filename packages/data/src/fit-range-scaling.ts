import { visitFeatures } from './fit-features.ts';
import type { Features, Scaling } from './scaling.ts';

/**
 * The scaling to the range [0, 1]: offset = min, scale = max - min. A feature that never varies gets the scale 1.
 * Fit it on the rows to train on only; others may then fall outside of the range.
 *
 * @param select gives the features of a row; those of an image's last axis are its channels
 * @throws KumikoError when there are no rows, or their numbers of features differ
 * @example
 * const rows = fromArrays({ x: hostTensor(Float32Array.of(0, 5, 4, 9), [2, 2]) });
 * (await fitRangeScaling(rows, ({ x }) => x)).scale; // [4, 4]
 * @see scikit-learn's MinMaxScaler
 */
export async function fitRangeScaling<T>(source: AsyncIterable<T>, select: (item: T) => Features): Promise<Scaling> {
  const minima: number[] = [];
  const maxima: number[] = [];
  await visitFeatures('fitRangeScaling', source, select, (value, feature) => {
    minima[feature] = Math.min(minima[feature] ?? Infinity, value);
    maxima[feature] = Math.max(maxima[feature] ?? -Infinity, value);
  });
  return {
    offset: Float64Array.from(minima),
    scale: Float64Array.from(maxima, (maximum, feature) => maximum - (minima[feature] as number) || 1),
  };
}
