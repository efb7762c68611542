import * as tf from '@tensorflow/tfjs-core';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { categoricalCrossEntropy } from './categorical-cross-entropy.ts';
import { gaussianNll } from './gaussian-nll.ts';
import { huberLoss } from './huber-loss.ts';
import { logCoshLoss } from './log-cosh-loss.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { poissonNll } from './poisson-nll.ts';
import { quantileLoss } from './quantile-loss.ts';
import { smoothL1Loss } from './smooth-l1-loss.ts';
import { sparseCategoricalCrossEntropy } from './sparse-categorical-cross-entropy.ts';
import { tweedieLoss } from './tweedie-loss.ts';

/** What the contract of a loss cannot read from its golden rows. */
export interface LossRow {
  readonly loss: (...inputsAndOptions: never[]) => tf.Scalar;
  /** Calls that must fail, each with a part of its message. */
  readonly errors: readonly (readonly [call: () => unknown, message: string])[];
}

const two = (): tf.Tensor => tf.ones([2]);
const three = (): tf.Tensor => tf.ones([3]);
const row = (): tf.Tensor => tf.ones([2, 3]);

/** Losses of predictions and targets refuse shapes that would broadcast. */
function elementwise(loss: (predictions: tf.Tensor, targets: tf.Tensor) => unknown, name: string): LossRow['errors'] {
  return [
    [() => loss(tf.ones([4, 1]), tf.ones([4])), `${name}: expected targets of the predictions' shape [4,1], got [4]. Reshape one of them.`],
  ];
}

/** One row an exported loss. */
export const lossRows: Readonly<Record<string, LossRow>> = {
  binaryCrossEntropy: {
    loss: binaryCrossEntropy,
    errors: [
      [() => binaryCrossEntropy(two(), three()), "binaryCrossEntropy: expected targets of the logits' shape [2], got [3]. "],
      [() => binaryCrossEntropy(two(), two(), { labelSmoothing: 1 }), 'expected labelSmoothing in [0, 1), got 1'],
      [() => binaryCrossEntropy(two(), two(), { positiveWeight: -1 }), 'expected positiveWeight >= 0, got -1'],
      [
        () => binaryCrossEntropy(two(), two(), { positiveWeight: three() }),
        'expected positiveWeight whose shape broadcasts to [2], got [3]',
      ],
    ],
  },
  categoricalCrossEntropy: {
    loss: categoricalCrossEntropy,
    errors: [
      [() => categoricalCrossEntropy(row(), two()), "categoricalCrossEntropy: expected targets of the logits' shape [2,3], got [2]. "],
      [() => categoricalCrossEntropy(tf.scalar(1), tf.scalar(1)), 'expected logits [...,classes], got []'],
      [() => categoricalCrossEntropy(row(), row(), { labelSmoothing: -0.1 }), 'expected labelSmoothing in [0, 1), got -0.1'],
      [() => categoricalCrossEntropy(row(), row(), { classWeights: two() as tf.Tensor1D }), 'expected classWeights [3], got [2]'],
    ],
  },
  gaussianNll: {
    loss: gaussianNll,
    errors: [
      [() => gaussianNll(two(), three(), two()), "gaussianNll: expected targets of the means' shape [2], got [3]. "],
      [() => gaussianNll(two(), two(), three()), "gaussianNll: expected variances of the means' shape [2], got [3]. "],
      [() => gaussianNll(two(), two(), two(), { epsilon: 0 }), 'expected epsilon > 0, got 0'],
    ],
  },
  huberLoss: {
    loss: huberLoss,
    errors: [
      ...elementwise(huberLoss, 'huberLoss'),
      [() => huberLoss(two(), two(), { delta: 0 }), 'huberLoss: expected delta > 0, got 0. '],
    ],
  },
  logCoshLoss: { loss: logCoshLoss, errors: elementwise(logCoshLoss, 'logCoshLoss') },
  meanAbsoluteError: { loss: meanAbsoluteError, errors: elementwise(meanAbsoluteError, 'meanAbsoluteError') },
  meanSquaredError: { loss: meanSquaredError, errors: elementwise(meanSquaredError, 'meanSquaredError') },
  poissonNll: {
    loss: poissonNll,
    errors: [...elementwise(poissonNll, 'poissonNll'), [() => poissonNll(two(), two(), { epsilon: -1 }), 'expected epsilon > 0, got -1']],
  },
  quantileLoss: {
    loss: quantileLoss,
    errors: [
      ...elementwise(quantileLoss, 'quantileLoss'),
      [() => quantileLoss(two(), two(), { quantile: 1 }), 'expected quantile in (0, 1), got 1'],
    ],
  },
  smoothL1Loss: {
    loss: smoothL1Loss,
    errors: [...elementwise(smoothL1Loss, 'smoothL1Loss'), [() => smoothL1Loss(two(), two(), { beta: NaN }), 'expected beta > 0, got NaN']],
  },
  sparseCategoricalCrossEntropy: {
    loss: sparseCategoricalCrossEntropy,
    errors: [[() => sparseCategoricalCrossEntropy(row(), tf.zeros([3], 'int32')), 'expected labels [2] for logits [2,3], got [3]']],
  },
  tweedieLoss: {
    loss: tweedieLoss,
    errors: [
      ...elementwise(tweedieLoss, 'tweedieLoss'),
      [() => tweedieLoss(two(), two(), { power: 2 }), 'expected power in (1, 2), got 2'],
    ],
  },
};
