import type { Tensor } from '@tensorflow/tfjs-core';

/** What metrics of segmentation see of a batch. */
export interface SegmentedBatch {
  /** Scores `[...points, classes]`, of which the largest counts, or classes `[...points]`, as `[batch, height, width]`. */
  readonly predictions: Tensor;
  /** The true classes `[...points]`, whole numbers; a point of a class out of range is left out. */
  readonly labels: Tensor;
  /** Which points count, `[...points]`: those that are not 0. Default: all. */
  readonly mask?: Tensor;
}

/** Options of `intersectionOverUnion` and `diceScore`. */
export interface SegmentationOptions {
  /** `'macro'` (default): the mean over the classes that were seen, true or predicted. `'none'`: all of them, `[classes]`. */
  readonly average?: 'macro' | 'none';
}
