import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key } from '@kumiko/core';
import { optimizerContract, transformContract, type OptimizerRow, type TransformRow } from '@kumiko/testing';
import * as optimizers from './index.ts';
import {
  adam,
  adamw,
  adaptiveGradientClip,
  addDecayedWeights,
  addNoise,
  applyIfFinite,
  centralize,
  chain,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  cosineDecay,
  ema,
  injectHyperparameters,
  lookahead,
  masked,
  multiSteps,
  partition,
  scaleByAdam,
  scaleByLearningRate,
  setToZero,
  sgd,
  trace,
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
