import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, leaves, sameStructure, shapeOf } from '@kumiko/core';
import { summaryRows } from '@kumiko/layers';
import { expectTensor, onEveryBackend } from '@kumiko/testing';
import golden from '../../../fixtures/models/vit.json' with { type: 'json' };
import { formulaWeights } from './formula-weights.fixture.ts';
import { vitFromTorch } from './vit-from-torch.ts';
import { vit, vitSizes } from './vit.ts';

const model = vit({ classes: 5, imageSize: 12, patchSize: 4, numLayers: 2, numHeads: 2, features: 16, hiddenUnits: 24 });

onEveryBackend(() => {
  test('logits are PyTorch’s for the same weights', async () => {
    const params = vitFromTorch(formulaWeights(golden.parameters as [string, number[]][]));
    const image = tf.tensor(golden.image.values, golden.image.shape);
    const logits = await trackLeaks(() => tf.tidy(() => model.apply({ params, state: {} }, image, { training: false })[0]));
    expectTensor(logits, golden.logits, { absolute: 1e-5, relative: 1e-5 });
    expect(sameStructure(model.init(key(0), shapeOf([2, 12, 12, 3])).params, params)).toBe(true);
  });
});

describe('on cpu', () => {
  beforeAll(async () => {
    await selectBackend([cpu()]);
  });

  test.each([
    ['base16', 86_567_656],
    ['base32', 88_224_232],
    ['large16', 304_326_632],
  ] as const)('%s has the published %i parameters', (name, published) => {
    const { classes, imageSize, patchSize, numLayers, features: n } = vitSizes[name];
    // Of a block: kernels 12 n^2, biases 9 n, normalisations 4 n; of the rest: patches, class token, positions, the last norm and the head.
    const rest = 3 * patchSize ** 2 * n + n + n + (1 + (imageSize / patchSize) ** 2) * n + 2 * n + (n + 1) * classes;
    expect(numLayers * (12 * n ** 2 + 13 * n) + rest).toBe(published);
  });

  test('counts as its formula does', () => {
    const made = vit({ ...vitSizes.base32, numLayers: 1, features: 24 }).init(key(0), shapeOf([1, 224, 224, 3]));
    const n = 24;
    const rest = 3 * 32 ** 2 * n + n + n + 50 * n + 2 * n + (n + 1) * 1000;
    expect(leaves<tf.Tensor>(made.params).reduce((sum, leaf) => sum + leaf.size, 0)).toBe(12 * n ** 2 + 13 * n + rest);
  });

  test.each([
    ['base16', 17.564],
    ['base32', 4.409],
  ] as const)('%s multiplies as often as torchvision’s table of weights says, in billions', (name, billions) => {
    // One block of twelve, as the others are alike.
    const rows = summaryRows(vit({ ...vitSizes[name], numLayers: 1 }), shapeOf([1, 224, 224, 3]));
    const flops = rows.reduce((sum, row) => sum + row.flops * (row.name === 'blocks' ? 12 : 1), 0);
    expect(flops / 2e9).toBeCloseTo(billions, 3);
  });

  test('says what is wrong', () => {
    const options = { classes: 2, imageSize: 10, patchSize: 4, numLayers: 1, numHeads: 1, features: 4 };
    expect(() => vit(options)).toThrow('vit: expected patches that fill an image of 10, got 4. ');
    expect(() => vit({ ...options, imageSize: 8, numLayers: 0 })).toThrow(
      'vit: expected numLayers to be a whole number of at least 1, got 0. ',
    );
    expect(() => vit({ ...options, imageSize: 8 }).init(key(0), shapeOf([1, 10, 8, 3]))).toThrow(
      'patchEmbedding: expected an image that patches of 4 x 4 fill, got [1,10,8,3]. ',
    );
  });
});
