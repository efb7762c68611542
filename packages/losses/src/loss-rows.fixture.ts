import * as tf from '@tensorflow/tfjs-core';
import { arcFaceLoss } from './arc-face-loss.ts';
import { bprLoss } from './bpr-loss.ts';
import { circleLoss } from './circle-loss.ts';
import { contrastiveLoss } from './contrastive-loss.ts';
import { ctcLoss } from './ctc-loss.ts';
import { diceLoss } from './dice-loss.ts';
import { generalizedDiceLoss } from './generalized-dice-loss.ts';
import { infoNceLoss } from './info-nce-loss.ts';
import { lovaszHingeLoss } from './lovasz-hinge-loss.ts';
import { lovaszSoftmaxLoss } from './lovasz-softmax-loss.ts';
import { marginRankingLoss } from './margin-ranking-loss.ts';
import { ntXentLoss } from './nt-xent-loss.ts';
import { rankingSoftmaxLoss } from './ranking-softmax-loss.ts';
import { tripletLoss } from './triplet-loss.ts';
import { tverskyLoss } from './tversky-loss.ts';
import { ciouLoss } from './ciou-loss.ts';
import { diouLoss } from './diou-loss.ts';
import { distillationLoss } from './distillation-loss.ts';
import { giouLoss } from './giou-loss.ts';
import { iouLoss } from './iou-loss.ts';
import { uncertaintyWeighting } from './uncertainty-weighting.ts';
import { asymmetricLoss } from './asymmetric-loss.ts';
import { categoricalHingeLoss } from './categorical-hinge-loss.ts';
import { focalLoss } from './focal-loss.ts';
import { generalizedCrossEntropy } from './generalized-cross-entropy.ts';
import { hingeLoss } from './hinge-loss.ts';
import { jsDivergence } from './js-divergence.ts';
import { klDivergence } from './kl-divergence.ts';
import { multiMarginLoss } from './multi-margin-loss.ts';
import { polyLoss } from './poly-loss.ts';
import { squaredHingeLoss } from './squared-hinge-loss.ts';
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
  /** Which inputs are logits or scores, and may be of any size. */
  readonly logits: readonly number[];
  /** By how much the loss magnifies rounding, where that is more than the tolerances of its backend bear. */
  readonly amplification?: number;
  /** Where it is not the mean. */
  readonly defaultReduction?: 'sum';
  /** Calls that must fail, each with a part of its message. */
  readonly errors: readonly (readonly [call: () => unknown, message: string])[];
}

const two = (): tf.Tensor => tf.ones([2]);
const three = (): tf.Tensor => tf.ones([3]);
const integers = (): tf.Tensor => tf.zeros([2], 'int32');
const maps = (): tf.Tensor => tf.ones([1, 2, 3]);
const row = (): tf.Tensor => tf.ones([2, 3]);

/** Losses of predictions and targets refuse shapes that would broadcast. */
function elementwise(loss: (predictions: tf.Tensor, targets: tf.Tensor) => unknown, name: string): LossRow['errors'] {
  return [
    [() => loss(tf.ones([4, 1]), tf.ones([4])), `${name}: expected targets of the predictions' shape [4,1], got [4]. Reshape one of them.`],
  ];
}

/** Losses of integer labels refuse other types, and one-hot rows. */
function labelled(loss: (logits: tf.Tensor, labels: tf.Tensor) => unknown, name: string, first: string): LossRow['errors'] {
  return [
    [() => loss(row(), tf.zeros([2, 3], 'int32')), `${name}: expected labels [2] for ${first} [2,3], got [2,3]. Pass class numbers`],
    [() => loss(row(), two()), `${name}: expected labels of type int32, got float32. `],
  ];
}

/** Losses over regions want images, and what turns logits into probabilities. */
function regions(
  loss: (logits: tf.Tensor, targets: tf.Tensor, options?: { activation?: 'softmax'; smooth?: number }) => unknown,
  name: string,
): LossRow['errors'] {
  return [
    [() => loss(row(), row()), `${name}: expected logits [batch,...pixels,classes], got [2,3]. `],
    [() => loss(maps(), row()), `${name}: expected targets of the logits' shape [1,2,3], got [2,3]. `],
    [() => loss(maps(), maps(), { activation: 'tanh' as 'softmax' }), `${name}: expected activation 'sigmoid' or 'softmax', got 'tanh'. `],
    [() => loss(maps(), maps(), { smooth: 0 }), `${name}: expected smooth > 0, got 0. `],
  ];
}

/** Losses of boxes want two corners each. */
function boxed(loss: (boxes: tf.Tensor, targets: tf.Tensor) => unknown, name: string): LossRow['errors'] {
  return [
    [() => loss(row(), row()), `${name}: expected boxes [...,4], got [2,3]. `],
    [() => loss(tf.ones([2, 4]), tf.ones([4])), `${name}: expected targets of the boxes' shape [2,4], got [4]. `],
  ];
}

/** One row an exported loss. */
export const lossRows: Readonly<Record<string, LossRow>> = {
  binaryCrossEntropy: {
    loss: binaryCrossEntropy,
    logits: [0],
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
    logits: [0],
    errors: [
      [() => categoricalCrossEntropy(row(), two()), "categoricalCrossEntropy: expected targets of the logits' shape [2,3], got [2]. "],
      [() => categoricalCrossEntropy(tf.scalar(1), tf.scalar(1)), 'expected logits [...,classes], got []'],
      [() => categoricalCrossEntropy(row(), row(), { labelSmoothing: -0.1 }), 'expected labelSmoothing in [0, 1), got -0.1'],
      [() => categoricalCrossEntropy(row(), row(), { classWeights: two() as tf.Tensor1D }), 'expected classWeights [3], got [2]'],
    ],
  },
  gaussianNll: {
    loss: gaussianNll,
    logits: [],
    errors: [
      [() => gaussianNll(two(), three(), two()), "gaussianNll: expected targets of the means' shape [2], got [3]. "],
      [() => gaussianNll(two(), two(), three()), "gaussianNll: expected variances of the means' shape [2], got [3]. "],
      [() => gaussianNll(two(), two(), two(), { epsilon: 0 }), 'expected epsilon > 0, got 0'],
    ],
  },
  huberLoss: {
    loss: huberLoss,
    logits: [],
    errors: [
      ...elementwise(huberLoss, 'huberLoss'),
      [() => huberLoss(two(), two(), { delta: 0 }), 'huberLoss: expected delta > 0, got 0. '],
    ],
  },
  logCoshLoss: { loss: logCoshLoss, logits: [], errors: elementwise(logCoshLoss, 'logCoshLoss') },
  meanAbsoluteError: { loss: meanAbsoluteError, logits: [], errors: elementwise(meanAbsoluteError, 'meanAbsoluteError') },
  meanSquaredError: { loss: meanSquaredError, logits: [], errors: elementwise(meanSquaredError, 'meanSquaredError') },
  poissonNll: {
    loss: poissonNll,
    logits: [],
    errors: [...elementwise(poissonNll, 'poissonNll'), [() => poissonNll(two(), two(), { epsilon: -1 }), 'expected epsilon > 0, got -1']],
  },
  quantileLoss: {
    loss: quantileLoss,
    logits: [],
    errors: [
      ...elementwise(quantileLoss, 'quantileLoss'),
      [() => quantileLoss(two(), two(), { quantile: 1 }), 'expected quantile in (0, 1), got 1'],
    ],
  },
  smoothL1Loss: {
    loss: smoothL1Loss,
    logits: [],
    errors: [...elementwise(smoothL1Loss, 'smoothL1Loss'), [() => smoothL1Loss(two(), two(), { beta: NaN }), 'expected beta > 0, got NaN']],
  },
  sparseCategoricalCrossEntropy: {
    loss: sparseCategoricalCrossEntropy,
    logits: [0],
    errors: [[() => sparseCategoricalCrossEntropy(row(), tf.zeros([3], 'int32')), 'expected labels [2] for logits [2,3], got [3]']],
  },
  tweedieLoss: {
    loss: tweedieLoss,
    logits: [],
    errors: [
      ...elementwise(tweedieLoss, 'tweedieLoss'),
      [() => tweedieLoss(two(), two(), { power: 2 }), 'expected power in (1, 2), got 2'],
    ],
  },
  asymmetricLoss: {
    loss: asymmetricLoss,
    logits: [0],
    errors: [
      [() => asymmetricLoss(two(), three()), "asymmetricLoss: expected targets of the logits' shape [2], got [3]. "],
      [() => asymmetricLoss(two(), two(), { gammaPositive: -1 }), 'expected gammaPositive >= 0, got -1'],
      [() => asymmetricLoss(two(), two(), { gammaNegative: -2 }), 'expected gammaNegative >= 0, got -2'],
      [() => asymmetricLoss(two(), two(), { margin: 1 }), 'expected margin in [0, 1), got 1'],
    ],
  },
  categoricalHingeLoss: {
    loss: categoricalHingeLoss,
    logits: [0],
    errors: [
      ...labelled(categoricalHingeLoss, 'categoricalHingeLoss', 'scores'),
      [() => categoricalHingeLoss(tf.ones([2, 1]), integers()), 'expected at least 2 classes, got 1'],
      [() => categoricalHingeLoss(row(), integers(), { margin: -1 }), 'expected margin >= 0, got -1'],
    ],
  },
  focalLoss: {
    loss: focalLoss,
    logits: [0],
    errors: [
      [() => focalLoss(two(), three()), "focalLoss: expected targets of the logits' shape [2], got [3]. "],
      [() => focalLoss(two(), two(), { gamma: -1 }), 'expected gamma >= 0, got -1'],
      [() => focalLoss(two(), two(), { alpha: 2 }), 'expected alpha in [0, 1] or null, got 2'],
    ],
  },
  generalizedCrossEntropy: {
    loss: generalizedCrossEntropy,
    logits: [0],
    errors: [
      ...labelled(generalizedCrossEntropy, 'generalizedCrossEntropy', 'logits'),
      [() => generalizedCrossEntropy(row(), integers(), { q: 0 }), 'expected q in (0, 1], got 0'],
    ],
  },
  hingeLoss: {
    loss: hingeLoss,
    logits: [0],
    errors: [[() => hingeLoss(two(), three()), "hingeLoss: expected targets of the scores' shape [2], got [3]. "]],
  },
  jsDivergence: {
    loss: jsDivergence,
    logits: [0, 1],
    errors: [[() => jsDivergence(row(), three()), "jsDivergence: expected otherLogits of the logits' shape [2,3], got [3]. "]],
  },
  klDivergence: {
    loss: klDivergence,
    logits: [0],
    errors: [[() => klDivergence(row(), three()), "klDivergence: expected targets of the logits' shape [2,3], got [3]. "]],
  },
  multiMarginLoss: {
    loss: multiMarginLoss,
    logits: [0],
    errors: [
      ...labelled(multiMarginLoss, 'multiMarginLoss', 'scores'),
      [() => multiMarginLoss(row(), integers(), { power: 3 as 2 }), 'expected power 1 or 2, got 3'],
      [() => multiMarginLoss(row(), integers(), { margin: NaN }), 'expected margin to be a number, got NaN'],
      [() => multiMarginLoss(row(), integers(), { classWeights: two() as tf.Tensor1D }), 'expected classWeights [3], got [2]'],
    ],
  },
  polyLoss: {
    loss: polyLoss,
    logits: [0],
    errors: [
      ...labelled(polyLoss, 'polyLoss', 'logits'),
      [() => polyLoss(row(), integers(), { epsilon: -2 }), 'expected epsilon >= -1, got -2'],
    ],
  },
  squaredHingeLoss: {
    loss: squaredHingeLoss,
    logits: [0],
    errors: [[() => squaredHingeLoss(two(), three()), "squaredHingeLoss: expected targets of the scores' shape [2], got [3]. "]],
  },
  arcFaceLoss: {
    loss: arcFaceLoss,
    logits: [],
    // The scale of 64 stands in the exponent: a rounded cosine, off by 6e-8, is off by 4e-6 there.
    amplification: 4,
    errors: [
      ...labelled(arcFaceLoss, 'arcFaceLoss', 'cosines'),
      [() => arcFaceLoss(row(), integers(), { margin: 4 }), 'expected margin in [0, pi), got 4'],
      [() => arcFaceLoss(row(), integers(), { scale: 0 }), 'expected scale > 0, got 0'],
    ],
  },
  bprLoss: {
    loss: bprLoss,
    logits: [0, 1],
    errors: [[() => bprLoss(two(), three()), "bprLoss: expected negatives of the positives' shape [2], got [3]. "]],
  },
  circleLoss: {
    loss: circleLoss,
    logits: [],
    errors: [
      [
        () => circleLoss(row(), three()),
        'circleLoss: expected positives [...,p] and negatives [...,n] of the same leading axes, got [2,3] and [3]. ',
      ],
      [() => circleLoss(two(), two(), { margin: NaN }), 'expected margin to be a number, got NaN'],
      [() => circleLoss(two(), two(), { scale: -1 }), 'expected scale > 0, got -1'],
    ],
  },
  contrastiveLoss: {
    loss: contrastiveLoss,
    logits: [],
    errors: [
      [() => contrastiveLoss(row(), three(), two()), "contrastiveLoss: expected second of the first's shape [2,3], got [3]. "],
      [() => contrastiveLoss(row(), row(), three()), 'contrastiveLoss: expected targets [2], got [3]. '],
      [() => contrastiveLoss(row(), row(), two(), { margin: -1 }), 'expected margin >= 0, got -1'],
    ],
  },
  ctcLoss: {
    loss: ctcLoss,
    logits: [0],
    errors: [
      [() => ctcLoss(row(), tf.zeros([2, 1], 'int32')), 'ctcLoss: expected logits [batch,time,classes], got [2,3]. '],
      [() => ctcLoss(maps(), tf.zeros([1, 1])), 'ctcLoss: expected labels int32 [1,labels], got float32 [1,1]. '],
      [() => ctcLoss(maps(), tf.zeros([2, 1], 'int32')), 'ctcLoss: expected labels int32 [1,labels], got int32 [2,1]. '],
      [() => ctcLoss(maps(), tf.zeros([1, 1], 'int32'), { blankIndex: 3 }), 'ctcLoss: expected blankIndex in [0, 3), got 3. '],
      [
        () => ctcLoss(maps(), tf.zeros([1, 1], 'int32'), { logitLengths: tf.ones([2], 'int32') }),
        'ctcLoss: expected logitLengths int32 [1], got int32 [2]. ',
      ],
      [
        () => ctcLoss(maps(), tf.zeros([1, 1], 'int32'), { labelLengths: tf.ones([1]) }),
        'ctcLoss: expected labelLengths int32 [1], got float32 [1]. ',
      ],
    ],
  },
  diceLoss: { loss: diceLoss, logits: [0], errors: regions(diceLoss, 'diceLoss') },
  generalizedDiceLoss: { loss: generalizedDiceLoss, logits: [0], errors: regions(generalizedDiceLoss, 'generalizedDiceLoss') },
  infoNceLoss: {
    loss: infoNceLoss,
    logits: [],
    errors: [
      [() => infoNceLoss(three(), three()), 'infoNceLoss: expected queries [pairs,features], got [3]. '],
      [() => infoNceLoss(row(), tf.ones([3, 2])), "infoNceLoss: expected keys of the queries' shape [2,3], got [3,2]. "],
      [() => infoNceLoss(row(), row(), { temperature: 0 }), 'expected temperature > 0, got 0'],
    ],
  },
  lovaszHingeLoss: {
    loss: lovaszHingeLoss,
    logits: [0],
    errors: [
      [() => lovaszHingeLoss(three(), three()), 'lovaszHingeLoss: expected logits [batch,...pixels], got [3]. '],
      [() => lovaszHingeLoss(row(), three()), "lovaszHingeLoss: expected targets of the logits' shape [2,3], got [3]. "],
    ],
  },
  lovaszSoftmaxLoss: {
    loss: lovaszSoftmaxLoss,
    logits: [0],
    errors: [
      ...labelled(lovaszSoftmaxLoss, 'lovaszSoftmaxLoss', 'logits'),
      [() => lovaszSoftmaxLoss(row(), integers(), { classes: 'some' as 'all' }), "expected classes 'present' or 'all', got 'some'"],
      [() => lovaszSoftmaxLoss(tf.zeros([0, 3]), tf.zeros([0], 'int32')), 'expected at least one pixel, got none'],
    ],
  },
  marginRankingLoss: {
    loss: marginRankingLoss,
    logits: [0, 1],
    errors: [
      [() => marginRankingLoss(two(), three(), two()), "marginRankingLoss: expected second of the first's shape [2], got [3]. "],
      [() => marginRankingLoss(two(), two(), three()), "marginRankingLoss: expected targets of the first's shape [2], got [3]. "],
      [() => marginRankingLoss(two(), two(), two(), { margin: Infinity }), 'expected margin to be a number, got Infinity'],
    ],
  },
  ntXentLoss: {
    loss: ntXentLoss,
    logits: [],
    errors: [
      [() => ntXentLoss(three(), three()), 'ntXentLoss: expected first [pairs,features], got [3]. '],
      [() => ntXentLoss(row(), tf.ones([3, 3])), "ntXentLoss: expected second of the first's shape [2,3], got [3,3]. "],
      [() => ntXentLoss(row(), row(), { temperature: -1 }), 'expected temperature > 0, got -1'],
    ],
  },
  rankingSoftmaxLoss: {
    loss: rankingSoftmaxLoss,
    logits: [0, 1],
    errors: [
      [() => rankingSoftmaxLoss(row(), three()), "rankingSoftmaxLoss: expected relevances of the scores' shape [2,3], got [3]. "],
      [() => rankingSoftmaxLoss(tf.scalar(1), tf.scalar(1)), 'expected scores [...,classes], got []'],
    ],
  },
  tripletLoss: {
    loss: tripletLoss,
    logits: [],
    errors: [
      [() => tripletLoss(row(), three(), row()), "tripletLoss: expected positives of the anchors' shape [2,3], got [3]. "],
      [() => tripletLoss(row(), row(), three()), "tripletLoss: expected negatives of the anchors' shape [2,3], got [3]. "],
      [() => tripletLoss(row(), row(), row(), { margin: -1 }), 'expected margin >= 0, got -1'],
      [() => tripletLoss(row(), row(), row(), { epsilon: -1 }), 'expected epsilon >= 0, got -1'],
    ],
  },
  tverskyLoss: {
    loss: tverskyLoss,
    logits: [0],
    errors: [
      ...regions(tverskyLoss, 'tverskyLoss'),
      [() => tverskyLoss(maps(), maps(), { alpha: -1 }), 'expected alpha >= 0, got -1'],
      [() => tverskyLoss(maps(), maps(), { beta: -1 }), 'expected beta >= 0, got -1'],
    ],
  },
  ciouLoss: { loss: ciouLoss, logits: [], errors: boxed(ciouLoss, 'ciouLoss') },
  diouLoss: { loss: diouLoss, logits: [], errors: boxed(diouLoss, 'diouLoss') },
  distillationLoss: {
    loss: distillationLoss,
    logits: [0, 1],
    errors: [
      [() => distillationLoss(row(), three()), "distillationLoss: expected teacherLogits of the studentLogits' shape [2,3], got [3]. "],
      [() => distillationLoss(tf.scalar(1), tf.scalar(1)), 'expected studentLogits [...,classes], got []'],
      [() => distillationLoss(row(), row(), { temperature: 0 }), 'expected temperature > 0, got 0'],
    ],
  },
  giouLoss: { loss: giouLoss, logits: [], errors: boxed(giouLoss, 'giouLoss') },
  iouLoss: { loss: iouLoss, logits: [], errors: boxed(iouLoss, 'iouLoss') },
  uncertaintyWeighting: {
    loss: uncertaintyWeighting,
    logits: [],
    defaultReduction: 'sum',
    errors: [
      [() => uncertaintyWeighting(row(), row()), 'uncertaintyWeighting: expected losses [tasks], got [2,3]. '],
      [() => uncertaintyWeighting(two(), three()), "uncertaintyWeighting: expected logVariances of the losses' shape [2], got [3]. "],
      [() => uncertaintyWeighting(two(), two(), { tasks: ['regression'] }), 'expected tasks to name 2 of'],
    ],
  },
};
