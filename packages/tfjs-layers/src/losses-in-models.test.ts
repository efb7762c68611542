import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu, selectBackend } from '@kumiko/backend';
import * as losses from '@kumiko/losses';
import { sgd } from '@kumiko/optimizers';
import { beforeAll, describe, expect, test } from 'vitest';
import { asLoss, type LossWithReduction } from './as-loss.ts';
import { configureModel } from './configure-model.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

type Loss = LossWithReduction<object>;

const SAMPLES = 5;
const x = (): tf.Tensor => tf.cos(tf.reshape(tf.range(0, SAMPLES * 3), [SAMPLES, 3]));

/** A linear model with an output of some shape. */
function linear(shape: number[]): layers.Sequential {
  const units = shape.reduce((product, size) => product * size, 1);
  const kernelInitializer = layers.initializers.glorotNormal({ seed: 4 });
  return layers.sequential({
    layers: [
      layers.layers.dense({ units, inputShape: [3], kernelInitializer }),
      ...(shape.length > 1 ? [layers.layers.reshape({ targetShape: shape })] : []),
    ],
  });
}

/** The model's loss is the mean of the loss of its predictions, and a step of gradient descent lowers it. */
async function expectTrains(model: layers.LayersModel, loss: Loss, targets: tf.Tensor): Promise<void> {
  const direct = tf.mean(loss(model.predict(x()) as tf.Tensor, targets, { reduction: 'none' })).dataSync()[0] as number;
  const before = (model.evaluate(x(), targets, { batchSize: SAMPLES }) as tf.Scalar).dataSync()[0] as number;
  expect(before).toBeCloseTo(direct, 5);
  await model.fit(x(), targets, { batchSize: SAMPLES, shuffle: false });
  expect((model.evaluate(x(), targets, { batchSize: SAMPLES }) as tf.Scalar).dataSync()[0]).toBeLessThan(before);
}

/** Zeros and ones, both in every sample. */
const hits = (shape: number[]): tf.Tensor =>
  tf.tensor(Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Number((i + Math.floor(i / 3)) % 3 === 0)), shape); // prettier-ignore

describe('targets of the shape of the output', () => {
  const {
    meanSquaredError, meanAbsoluteError, huberLoss, smoothL1Loss, logCoshLoss, quantileLoss, poissonNll, tweedieLoss, binaryCrossEntropy,
    categoricalCrossEntropy, focalLoss, asymmetricLoss, hingeLoss, squaredHingeLoss, klDivergence, jsDivergence, rankingSoftmaxLoss,
    distillationLoss, diceLoss, generalizedDiceLoss, tverskyLoss, lovaszHingeLoss, iouLoss, giouLoss, diouLoss, ciouLoss,
  } = losses; // prettier-ignore
  const flat = {
    meanSquaredError, meanAbsoluteError, huberLoss, smoothL1Loss, logCoshLoss, quantileLoss, poissonNll, tweedieLoss, binaryCrossEntropy,
    categoricalCrossEntropy, focalLoss, asymmetricLoss, hingeLoss, squaredHingeLoss, klDivergence, jsDivergence, rankingSoftmaxLoss,
    distillationLoss,
  }; // prettier-ignore
  const images = { diceLoss, generalizedDiceLoss, tverskyLoss, lovaszHingeLoss };
  const boxes = { iouLoss, giouLoss, diouLoss, ciouLoss };
  const compiled = (shape: number[], loss: Loss): layers.Sequential => {
    const model = linear(shape);
    model.compile({ optimizer: 'sgd', loss: asLoss(loss) });
    return model;
  };

  test.each(Object.entries(flat))('%s', async (_name, loss) => {
    const targets = hits([SAMPLES, 3]);
    await expectTrains(compiled([3], loss as Loss), loss as Loss, targets);
  });

  test.each(Object.entries(images))('%s of images', async (_name, loss) => {
    await expectTrains(compiled([2, 3, 2], loss as Loss), loss as Loss, hits([SAMPLES, 2, 3, 2]));
  });

  test.each(Object.entries(boxes))('%s of boxes', async (_name, loss) => {
    const model = linear([4]);
    (model.layers[0] as layers.layers.Layer).setWeights([
      tf.mul(0.1, tf.cos(tf.reshape(tf.range(0, 12), [3, 4]))),
      tf.tensor1d([0, 0, 2, 2]),
    ]);
    model.compile({ optimizer: 'sgd', loss: asLoss(loss as Loss) });
    await expectTrains(model, loss as Loss, tf.tile(tf.tensor2d([[0.5, 0.25, 2, 3]]), [SAMPLES, 1]));
  });
});

describe('class labels', () => {
  const { sparseCategoricalCrossEntropy, polyLoss, generalizedCrossEntropy, multiMarginLoss, categoricalHingeLoss, arcFaceLoss } = losses;
  const labelled = { sparseCategoricalCrossEntropy, polyLoss, generalizedCrossEntropy, multiMarginLoss, categoricalHingeLoss, arcFaceLoss };

  test.each(Object.entries(labelled))('%s', async (_name, loss) => {
    const model = linear([3]);
    // Small enough that cosines stay below 1.
    model.setWeights([tf.mul(0.2, model.getWeights()[0] as tf.Tensor), tf.zeros([3])]);
    configureModel(model, { optimizer: sgd({ learningRate: 0.001 }), loss: loss as Loss });
    await expectTrains(model, loss as Loss, tf.tensor1d([0, 1, 2, 1, 0], 'int32'));
  });
});
