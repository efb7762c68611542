import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree, key, leaves, shapeOf } from '@kumiko/core';
import { gpt, gpt2Sizes } from './gpt.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('gpt2 small has the published 124,439,808 parameters', () => {
  // Zeros, because drawing as many normals takes a while.
  const { params } = gpt({ ...gpt2Sizes.small, initializerRange: 0 }).init(key(0), shapeOf([1, 1024], 'int32'));
  expect(leaves<Tensor>(params).reduce((sum, leaf) => sum + leaf.size, 0)).toBe(124_439_808);
  disposeTree(params);
});

test.each([
  ['small', 124_439_808],
  ['medium', 354_823_168],
  ['large', 774_030_080],
  ['xl', 1_557_611_200],
] as const)('%s: %i by the formula of its sizes', (name, published) => {
  const { vocabularySize, contextLength, numLayers, features } = gpt2Sizes[name];
  // Of a block: kernels 12 n^2, biases 9 n, normalisations 4 n; of the rest: both tables and the last normalisation.
  expect((vocabularySize + contextLength + 2) * features + numLayers * (12 * features ** 2 + 13 * features)).toBe(published);
});
