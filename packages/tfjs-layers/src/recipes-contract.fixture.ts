import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Transform } from '@kumiko/core';
import * as optimizers from '@kumiko/optimizers';
import {
  adabelief,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  adan,
  adopt,
  amsgrad,
  asgd,
  chain,
  dynamicLossScaling,
  ema,
  lamb,
  lars,
  lbfgs,
  lion,
  muon,
  nadam,
  nadamw,
  novograd,
  prodigy,
  radam,
  reduceOnPlateau,
  rmsprop,
  rprop,
  sam,
  scheduleFreeAdamW,
  sgd,
  sm3,
  sophia,
  yogi,
} from '@kumiko/optimizers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { configured, network, points, reloaded } from './adapters-contract.fixture.ts';

/** Every recipe, with a learning rate for a small network and full batches; and the transforms that want to know more than gradients. */
const recipes: Readonly<Record<string, () => Transform>> = {
  adabelief: () => adabelief({ learningRate: 0.05 }),
  adadelta: () => adadelta({ epsilon: 1e-3 }),
  adafactor: () => adafactor({ learningRate: 0.05 }),
  adagrad: () => adagrad({ learningRate: 0.1 }),
  adam: () => adam({ learningRate: 0.05 }),
  adamax: () => adamax({ learningRate: 0.05 }),
  adamw: () => adamw({ learningRate: 0.05 }),
  adan: () => adan({ learningRate: 0.05 }),
  adopt: () => adopt({ learningRate: 0.05, beta2: 0.99 }),
  amsgrad: () => amsgrad({ learningRate: 0.05 }),
  asgd: () => asgd({ learningRate: 0.2 }),
  dynamicLossScaling: () => dynamicLossScaling(sgd({ learningRate: 0.2 }), { initialScale: 1 }),
  lamb: () => lamb({ learningRate: 0.05 }),
  lars: () => lars({ learningRate: 0.2, trustCoefficient: 0.1 }),
  lbfgs: () => lbfgs(),
  lion: () => lion({ learningRate: 0.01 }),
  muon: () => muon({ adamLearningRate: 0.05 }),
  nadam: () => nadam({ learningRate: 0.05 }),
  nadamw: () => nadamw({ learningRate: 0.05 }),
  novograd: () => novograd({ learningRate: 0.02 }),
  prodigy: () => prodigy({ initialDistance: 0.01 }),
  radam: () => radam({ learningRate: 0.05 }),
  reduceOnPlateau: () => chain([sgd({ learningRate: 0.2 }), reduceOnPlateau({ patience: 2 })]),
  rmsprop: () => rmsprop({ learningRate: 0.02 }),
  rprop: () => rprop({ learningRate: 0.02 }),
  sam: () => chain([sam(), sgd({ learningRate: 0.2, momentum: 0.9 })]),
  scheduleFreeAdamW: () => scheduleFreeAdamW({ learningRate: 0.1 }),
  sgd: () => chain([sgd({ learningRate: 0.2, momentum: 0.9 }), ema(0.5)]),
  sm3: () => sm3({ learningRate: 0.1 }),
  sophia: () => sophia({ learningRate: 0.01 }),
  yogi: () => yogi({ learningRate: 0.05 }),
};

/** Exports of @kumiko/optimizers that are no recipes: rewriters of gradients, schedules, and functions of other kinds. */
const others = new Set<string>([
  ...['adaptiveGradientClip', 'addDecayedWeights', 'addNoise', 'applyIfFinite', 'centralize', 'chain', 'clipByGlobalNorm', 'clipByNorm'],
  ...['clipByValue', 'ema', 'injectHyperparameters', 'lookahead', 'masked', 'multiSteps', 'partition', 'setToZero', 'trace', 'zeroNans'],
  ...['constant', 'cosineDecay', 'cosineRestarts', 'cyclic', 'exponential', 'inverseTime', 'joinSchedules', 'linear', 'linearWarmup'],
  ...['noam', 'oneCycle', 'piecewiseConstant', 'polynomial', 'stepDecay', 'applyUpdates', 'findLearningRate', 'globalNorm'],
]);

function weightsOf(model: LayersModel): number[] {
  return model.getWeights().flatMap((weight) => [...weight.dataSync()]);
}

/** What every optimizer keeps inside of a model, on whichever backend is set. */
export function recipesContract(): void {
  // Loading a model with its optimizer warns of a missing loss, once for each.
  beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  test('every recipe is here', () => {
    const wanted = Object.keys(optimizers).filter((name) => !name.startsWith('scaleBy') && !others.has(name));
    expect(Object.keys(recipes)).toEqual(wanted.toSorted());
  });

  describe.each(Object.entries(recipes))('%s', (_name, make) => {
    test('trains a model, continues to the bit after save and load, and leaves nothing behind', async () => {
      const { x, y } = points(24);
      const start = tf.memory().numTensors;
      const once = { epochs: 4, batchSize: 24, shuffle: false };
      const model = configured(network(), make());
      const { history } = await model.fit(x, y, { ...once, epochs: 8 });
      const losses = history['loss'] as number[];
      expect(losses.at(-1)).toBeLessThan(losses[0] as number);

      const loaded = configured(await reloaded(model), make());
      const during = tf.memory().numTensors;
      await model.fit(x, y, once);
      await loaded.fit(x, y, once);
      expect(weightsOf(loaded)).toEqual(weightsOf(model));
      expect(tf.memory().numTensors).toBe(during);
      for (const one of [model, loaded]) one.dispose();
      expect(tf.memory().numTensors).toBe(start);
      tf.dispose([x, y]);
    });
  });
}
