import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, leaves, sameStructure, shapeOf, type Tree } from '@kumiko/core';
import { expectTensor, onEveryBackend } from '@kumiko/testing';
import golden from '../../../fixtures/models/bert.json' with { type: 'json' };
import { bertFromTorch } from './bert-from-torch.ts';
import { bert, bertSizes } from './bert.ts';
import { formulaWeights } from './formula-weights.fixture.ts';

const options = { vocabularySize: 31, contextLength: 10, numLayers: 2, numHeads: 3, features: 24, hiddenUnits: 40 };
const model = bert(options);
const tolerance = { absolute: 1e-5, relative: 1e-5 };

onEveryBackend(() => {
  let params: Tree;
  beforeAll(() => {
    const weights = formulaWeights(golden.parameters as [string, number[]][]);
    params = bertFromTorch(Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [`bert.${name}`, tensor])));
  });

  test('what it finds is PyTorch’s for the same weights, with segments and padding', async () => {
    const input = {
      tokens: tf.tensor2d(golden.tokens, undefined, 'int32'),
      segments: tf.tensor2d(golden.segments, undefined, 'int32'),
      mask: tf.tensor2d(golden.mask, undefined, 'bool'),
    };
    const run = () => model.apply({ params, state: {} }, input, { training: false })[0];
    const { sequence, pooled } = run();
    expectTensor(sequence, golden.sequence, tolerance);
    expectTensor(pooled, golden.pooled, tolerance);
    await trackLeaks(() => tf.tidy(() => run().pooled));
  });

  test('tokens alone are of segment 0, without padding', () => {
    const tokens = tf.tensor2d(golden.tokens, undefined, 'int32');
    const [alone] = model.apply({ params, state: {} }, tokens, { training: false });
    const given = { tokens, segments: tf.zerosLike(tokens), mask: tf.ones([2, 7], 'bool') };
    const [full] = model.apply({ params, state: {} }, given, { training: false });
    expectTensor(alone.sequence, { shape: [2, 7, 24], values: [...full.sequence.dataSync()] });
    const { params: made, output } = model.init(key(0), { tokens: shapeOf([2, 7], 'int32') });
    expect(output).toEqual({ sequence: shapeOf([2, 7, 24]), pooled: shapeOf([2, 24]) });
    expect(sameStructure(made, params)).toBe(true);
  });
});

describe('on cpu', () => {
  beforeAll(async () => {
    await selectBackend([cpu()]);
  });

  test.each([
    ['base', 109_482_240],
    ['large', 335_141_888],
  ] as const)('%s has the published %i parameters', (name, published) => {
    const { vocabularySize, contextLength, numLayers, features: n } = bertSizes[name];
    const count = (vocabulary: number, context: number, layers: number, n: number): number =>
      (vocabulary + context + 2 + 2) * n + layers * (12 * n ** 2 + 13 * n) + n ** 2 + n;
    expect(count(vocabularySize, contextLength, numLayers, n)).toBe(published);
    const small = bert({ ...options, hiddenUnits: 96 }).init(key(0), shapeOf([1, 7], 'int32'));
    expect(leaves<tf.Tensor>(small.params).reduce((sum, leaf) => sum + leaf.size, 0)).toBe(count(31, 10, 2, 24));
  });

  test('says what is wrong', () => {
    expect(() => bert({ ...options, numLayers: 1.5 })).toThrow('bert: expected numLayers to be a whole number of at least 1, got 1.5. ');
    expect(() => model.init(key(0), shapeOf([1, 11], 'int32'))).toThrow('expected at most 10 positions, got [1,11,24]. ');
  });
});
