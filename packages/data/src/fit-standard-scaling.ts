import { visitFeatures } from './fit-features.ts';
import type { Features, Scaling } from './scaling.ts';

/**
 * The scaling to mean 0 and deviation 1: offset = mean, scale = sqrt(sum (x - mean)^2 / n), by Welford's method in float64.
 * A feature that never varies gets the scale 1. Fit it on the rows to train on only.
 *
 * @param select gives the features of a row; those of an image's last axis are its channels
 * @throws KumikoError when there are no rows, or their numbers of features differ
 * @example
 * const rows = fromArrays({ x: hostTensor(Float32Array.of(0, 5, 4, 9), [2, 2]) });
 * (await fitStandardScaling(rows, ({ x }) => x)).offset; // [2, 7]
 * @see Welford, "Note on a method for calculating corrected sums of squares and products", 1962; scikit-learn's StandardScaler
 */
export async function fitStandardScaling<T>(source: AsyncIterable<T>, select: (item: T) => Features): Promise<Scaling> {
  const counts: number[] = [];
  const means: number[] = [];
  const squares: number[] = [];
  await visitFeatures('fitStandardScaling', source, select, (value, feature) => {
    const count = (counts[feature] = (counts[feature] ?? 0) + 1);
    const difference = value - (means[feature] ?? 0);
    const mean = (means[feature] = (means[feature] ?? 0) + difference / count);
    squares[feature] = (squares[feature] ?? 0) + difference * (value - mean);
  });
  return {
    offset: Float64Array.from(means),
    scale: Float64Array.from(squares, (square, feature) => Math.sqrt(square / (counts[feature] as number)) || 1),
  };
}
