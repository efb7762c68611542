import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { optimizerContract, transformContract, type OptimizerRow, type TransformRow } from '@kumiko/testing';
import * as optimizers from './index.ts';
import {
  adam,
  adamw,
  addDecayedWeights,
  chain,
  clipByGlobalNorm,
  cosineDecay,
  scaleByAdam,
  scaleByLearningRate,
  sgd,
  trace,
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
  { name: 'sgd', make: () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), convergesTo: 1e-4 },
];

/** What rewrites gradients. */
const rewriting: readonly TransformRow[] = [
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
