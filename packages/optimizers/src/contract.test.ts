import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key } from '@kumiko/core';
import { optimizerContract, transformContract, type OptimizerRow, type TransformRow } from '@kumiko/testing';
import * as optimizers from './index.ts';
import {
  adabelief,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  adan,
  adaptiveGradientClip,
  addDecayedWeights,
  addNoise,
  adopt,
  amsgrad,
  applyIfFinite,
  asgd,
  centralize,
  chain,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  cosineDecay,
  ema,
  injectHyperparameters,
  lamb,
  lars,
  lion,
  lookahead,
  masked,
  multiSteps,
  muon,
  nadam,
  nadamw,
  novograd,
  partition,
  prodigy,
  radam,
  rmsprop,
  rprop,
  scaleByAdabelief,
  scaleByAdadelta,
  scaleByAdagrad,
  scaleByAdam,
  scaleByAdamax,
  scaleByAdan,
  scaleByAdopt,
  scaleByAmsgrad,
  scaleByLars,
  scaleByLearningRate,
  scaleByLion,
  scaleByMuon,
  scaleByNadam,
  scaleByNovograd,
  scaleByRadam,
  scaleByRmsprop,
  scaleBySm3,
  scaleByTrustRatio,
  scaleByYogi,
  scheduleFreeAdamW,
  setToZero,
  sgd,
  sm3,
  trace,
  yogi,
  zeroNans,
} from './index.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** What descends on its own. */
const descending: readonly OptimizerRow[] = [
  { name: 'adam', make: () => adam({ learningRate: 0.05 }), convergesTo: 1e-2 },
  // The decay pulls the minimum w to w / (1 + weightDecay / 2).
  {
    name: 'adamw',
    make: () => adamw({ learningRate: cosineDecay({ initialValue: 0.1, steps: 300 }), weightDecay: 1e-3 }),
    convergesTo: 1e-2,
  },
  {
    name: 'chain',
    make: () => chain([trace(0.5), trace(0.5), scaleByLearningRate(0.02)]),
    convergesTo: 1e-3,
  },
  { name: 'adabelief', make: () => adabelief({ learningRate: 0.1 }), convergesTo: 1e-2 },
  {
    name: 'adadelta',
    make: () => adadelta({ learningRate: cosineDecay({ initialValue: 1, steps: 300 }), epsilon: 1e-2 }),
    convergesTo: 1e-2,
  },
  { name: 'adagrad', make: () => adagrad({ learningRate: 0.5 }), convergesTo: 1e-2 },
  { name: 'adamax', make: () => adamax({ learningRate: 0.05 }), convergesTo: 1e-2 },
  {
    name: 'adan',
    make: () => adan({ learningRate: cosineDecay({ initialValue: 0.1, steps: 300 }), beta1: 0.9, weightDecay: 0 }),
    convergesTo: 1e-2,
  },
  { name: 'adopt', make: () => adopt({ learningRate: 0.05, beta2: 0.99 }), convergesTo: 1e-2 },
  { name: 'amsgrad', make: () => amsgrad({ learningRate: 0.1 }), convergesTo: 1e-2 },
  { name: 'asgd', make: () => asgd({ learningRate: 0.1, decay: 0 }), convergesTo: 1e-2 },
  { name: 'lion', make: () => lion({ learningRate: cosineDecay({ initialValue: 0.1, steps: 300 }) }), convergesTo: 1e-2 },
  { name: 'nadam', make: () => nadam({ learningRate: 0.05 }), convergesTo: 1e-2 },
  { name: 'nadamw', make: () => nadamw({ learningRate: 0.05, weightDecay: 1e-4 }), convergesTo: 1e-2 },
  { name: 'novograd', make: () => novograd({ learningRate: cosineDecay({ initialValue: 0.02, steps: 300 }) }), convergesTo: 1e-2 },
  { name: 'radam', make: () => radam({ learningRate: 0.05 }), convergesTo: 1e-2 },
  { name: 'rmsprop', make: () => rmsprop({ learningRate: cosineDecay({ initialValue: 0.05, steps: 300 }) }), convergesTo: 1e-2 },
  { name: 'rprop', make: () => rprop(), convergesTo: 1e-2 },
  { name: 'yogi', make: () => yogi({ learningRate: 0.1 }), convergesTo: 1e-2 },
  { name: 'lamb', make: () => lamb({ learningRate: cosineDecay({ initialValue: 0.05, steps: 300 }) }), convergesTo: 1e-2 },
  {
    name: 'lars',
    make: () => lars({ learningRate: cosineDecay({ initialValue: 1, steps: 300 }), trustCoefficient: 0.02 }),
    convergesTo: 1e-2,
  },
  {
    name: 'prodigy',
    make: () => prodigy({ initialDistance: 0.01, learningRate: cosineDecay({ initialValue: 1, steps: 300 }) }),
    convergesTo: 1e-2,
  },
  { name: 'scheduleFreeAdamW', make: () => scheduleFreeAdamW({ learningRate: 0.2 }), convergesTo: 5e-2 },
  { name: 'sm3', make: () => sm3({ learningRate: 0.5 }), convergesTo: 1e-2 },
  { name: 'adafactor', make: () => adafactor({ learningRate: cosineDecay({ initialValue: 0.1, steps: 300 }) }), convergesTo: 1e-2 },
  {
    name: 'muon',
    make: () => muon({ learningRate: cosineDecay({ initialValue: 0.1, steps: 300 }), adamLearningRate: 0.05 }),
    convergesTo: 1e-2,
  },
  { name: 'applyIfFinite', make: () => applyIfFinite(adam({ learningRate: 0.05 })), convergesTo: 1e-2 },
  {
    name: 'injectHyperparameters',
    make: () => injectHyperparameters(({ learningRate }) => adam({ learningRate }), { learningRate: 0.05 }),
    convergesTo: 1e-2,
  },
  { name: 'lookahead', make: () => lookahead(adam({ learningRate: 0.1 })), convergesTo: 1e-2 },
  {
    name: 'masked',
    make: () => chain([masked(trace(0.5), (name) => name !== 'dense/bias'), scaleByLearningRate(0.05)]),
    convergesTo: 1e-3,
  },
  { name: 'multiSteps', make: () => multiSteps(sgd({ learningRate: 0.3 }), 4), convergesTo: 1e-4 },
  {
    name: 'partition',
    make: () =>
      partition({ adaptive: adam({ learningRate: 0.05 }), plain: sgd({ learningRate: 0.1 }) }, [
        [/kernel$|^scales/, 'adaptive'],
        [/./, 'plain'],
      ]),
    convergesTo: 1e-2,
  },
  { name: 'sgd', make: () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), convergesTo: 1e-4 },
];

/** What rewrites gradients. */
const rewriting: readonly TransformRow[] = [
  { name: 'adaptiveGradientClip', make: () => adaptiveGradientClip(0.1) },
  { name: 'addNoise', make: () => addNoise({ key: key(3), variance: 0.1 }) },
  { name: 'centralize', make: () => centralize() },
  { name: 'clipByNorm', make: () => clipByNorm(0.5) },
  { name: 'clipByValue', make: () => clipByValue(0.5) },
  { name: 'ema', make: () => ema(0.9) },
  { name: 'setToZero', make: () => setToZero() },
  { name: 'zeroNans', make: () => zeroNans() },
  { name: 'addDecayedWeights', make: () => addDecayedWeights(0.1, { mask: (name) => name.endsWith('kernel') }) },
  { name: 'clipByGlobalNorm', make: () => clipByGlobalNorm(0.5) },
  { name: 'scaleByAdam', make: () => scaleByAdam() },
  { name: 'scaleByAdabelief', make: () => scaleByAdabelief() },
  { name: 'scaleByAdadelta', make: () => scaleByAdadelta() },
  { name: 'scaleByAdagrad', make: () => scaleByAdagrad() },
  { name: 'scaleByAdamax', make: () => scaleByAdamax() },
  { name: 'scaleByAdan', make: () => scaleByAdan() },
  { name: 'scaleByAdopt', make: () => scaleByAdopt() },
  { name: 'scaleByAmsgrad', make: () => scaleByAmsgrad() },
  { name: 'scaleByLion', make: () => scaleByLion() },
  { name: 'scaleByNadam', make: () => scaleByNadam() },
  { name: 'scaleByNovograd', make: () => scaleByNovograd() },
  { name: 'scaleByRadam', make: () => scaleByRadam() },
  { name: 'scaleByYogi', make: () => scaleByYogi() },
  { name: 'scaleByRmsprop', make: () => scaleByRmsprop({ centered: true }) },
  { name: 'scaleByLars', make: () => scaleByLars() },
  { name: 'scaleBySm3', make: () => scaleBySm3() },
  { name: 'scaleByTrustRatio', make: () => scaleByTrustRatio() },
  { name: 'scaleByMuon', make: () => masked(scaleByMuon(), (_name, param) => param.rank === 2) },
  { name: 'scaleByLearningRate', make: () => scaleByLearningRate(cosineDecay({ initialValue: 0.1, steps: 9 })) },
  { name: 'trace', make: () => trace(0.9) },
];

/** Exports that are no transforms. */
const others = [
  'applyUpdates',
  'constant',
  'cosineDecay',
  'cosineRestarts',
  'cyclic',
  'exponential',
  'globalNorm',
  'inverseTime',
  'joinSchedules',
  'linear',
  'linearWarmup',
  'noam',
  'oneCycle',
  'piecewiseConstant',
  'polynomial',
  'stepDecay',
];

for (const row of descending) optimizerContract(row);
for (const row of rewriting) transformContract(row);

test('every export has a row or is known to be no transform', () => {
  expect(Object.keys(optimizers).sort()).toEqual([...[...descending, ...rewriting].map(({ name }) => name), ...others].sort());
});
