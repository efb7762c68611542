import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { flatten, key, sameStructure, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { summaryRows } from '@kumiko/layers';
import { expectTensor, onEveryBackend } from '@kumiko/testing';
import golden from '../../../fixtures/models/gpt.json' with { type: 'json' };
import { formulaWeights } from './formula-weights.fixture.ts';
import { gptFromTorch } from './gpt-from-torch.ts';
import { gpt } from './gpt.ts';

const options = { vocabularySize: 29, contextLength: 12, numLayers: 2, numHeads: 3, features: 24 };
const model = gpt(options);
const parameters = golden.parameters as [string, number[]][];
/** Behind two blocks and a product over 24 features, logits of up to 3. */
const tolerance = { absolute: 2e-5, relative: 2e-5 };

onEveryBackend(() => {
  let params: Tree = {};
  let tokens: tf.Tensor2D;
  beforeAll(() => {
    params = gptFromTorch(formulaWeights(parameters));
    tokens = tf.tensor2d(golden.tokens, [2, 8], 'int32');
  });

  test('logits are PyTorch’s for the same weights', () => {
    const [logits] = model.apply({ params, state: {} }, tokens, { training: false });
    expectTensor(logits, golden.logits, tolerance);
  });

  test('the loss and the gradient of the tied embedding are PyTorch’s', () => {
    const { tokenEmbedding, ...others } = params as { tokenEmbedding: { embeddings: tf.Tensor } };
    const targets = tf.tensor2d(golden.tokens.map(([first, ...rest]) => [...rest, first as number]), [2, 8], 'int32'); // prettier-ignore
    const { value, grad } = tf.valueAndGrad((embeddings: tf.Tensor) => {
      const [logits] = model.apply({ params: { ...others, tokenEmbedding: { embeddings } }, state: {} }, tokens, { training: true });
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(targets, 29), tf.logSoftmax(logits)), -1)));
    })(tokenEmbedding.embeddings);
    expect(value.dataSync()[0]).toBeCloseTo(golden.loss, 5);
    expectTensor(grad, golden.tokenGradient, tolerance);
  });

  test('calls with a cache give the same logits', async () => {
    const [whole] = model.apply({ params, state: {} }, tokens, { training: false });
    let cache = model.initCache(params, { batch: 2, length: 12 });
    const parts: tf.Tensor[] = [];
    for (const [start, count] of [
      [0, 3],
      [3, 1],
      [4, 1],
      [5, 3],
    ] as const) {
      // prettier-ignore
      const [logits, next] = model.apply({ params, state: {} }, tf.slice(tokens, [0, start], [2, count]), { training: false, cache });
      parts.push(logits);
      cache = next.cache as Tree;
    }
    expectTensor(tf.concat(parts, 1), { shape: [2, 8, 29], values: [...(await whole.data())] }, tolerance);
    await trackLeaks(() => tf.tidy(() => model.apply({ params, state: {} }, tokens, { training: false })[0]));
  });
});

describe('on the host', () => {
  beforeAll(async () => {
    await selectBackend([cpu()]);
  });

  test('names of the hub, kernels not transposed, give the same tree', () => {
    const weights = formulaWeights(parameters);
    const transposed = (name: string): boolean => /(c_attn|c_proj|c_fc)\.weight$/.test(name);
    const hub = Object.fromEntries(
      Object.entries(weights).map(([name, tensor]) => [
        name.replace('transformer.', ''),
        transposed(name) ? tf.transpose(tensor as tf.Tensor2D) : tensor,
      ]),
    );
    const values = (tree: Tree): unknown => flatten<tf.Tensor>(tree).map(({ name, leaf }) => [name, leaf.arraySync()]);
    expect(values(gptFromTorch({ ...hub, 'h.0.attn.bias': tf.zeros([1]) }))).toEqual(values(gptFromTorch(weights)));
    expect(sameStructure(gptFromTorch(weights), model.init(key(0), shapeOf([1, 8], 'int32')).params)).toBe(true);
    expect(() => gptFromTorch({ 'wte.weight': tf.zeros([3, 2]), 'h.0.attn.c_attn.weight': tf.zeros([4, 6]) })).toThrow(
      "gptFromTorch: expected 'h.0.attn.c_attn.weight' [2,6] or its transpose, got [4,6]. ",
    );
    const { 'transformer.h.1.ln_2.weight': _, ...missing } = weights;
    expect(() => gptFromTorch(missing)).toThrow("gptFromTorch: expected a tensor 'h.1.ln_2.weight', got none. ");
  });

  test('first values: deviations, an untied head, dropout by the key', () => {
    const wide = gpt({ ...options, features: 96, tied: false, useBias: false, dropout: 0.2 });
    const { params, output } = wide.init(key(0), shapeOf([1, 8], 'int32'));
    expect(output).toEqual(shapeOf([1, 8, 29]));
    const named = new Map(flatten<tf.Tensor>(params).map(({ name, leaf }) => [name, leaf]));
    expect([...named.keys()].filter((name) => /head|bias/.test(name))).toEqual(['head/kernel']);
    const deviation = (name: string): number => tf.sqrt(tf.mean(tf.square(named.get(name) as tf.Tensor))).dataSync()[0] as number;
    expect(deviation('blocks/1/attention/query/kernel') / 0.02).toBeCloseTo(1, 1);
    // Two blocks have four parts' ends: 0.02 / sqrt(4).
    for (const end of ['attention/output', 'feedForward/output']) expect(deviation(`blocks/0/${end}/kernel`) / 0.01).toBeCloseTo(1, 1);
    const x = tf.tensor2d([[1, 2, 3]], [1, 3], 'int32');
    const run = (seed: number) => wide.apply({ params, state: {} }, x, { training: true, key: key(seed) })[0].dataSync();
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  test('counts its products as nanoGPT does', () => {
    const [row] = summaryRows(model as Layer, shapeOf([2, 8], 'int32'));
    const { numLayers, features, vocabularySize } = options;
    // Forwards, for each token: 2 for each number of a kernel, the tied head's included, and 4 numLayers features positions.
    const kernels = numLayers * 12 * features ** 2 + features * vocabularySize;
    expect(row?.flops).toBe(2 * 8 * (2 * kernels + 4 * numLayers * features * 8));
  });

  test('says what is wrong', () => {
    expect(() => gpt({ ...options, numLayers: 0 })).toThrow('gpt: expected numLayers to be a whole number of at least 1, got 0. ');
    expect(() => model.init(key(0), shapeOf([1, 13], 'int32'))).toThrow(
      'positionalEmbedding: expected at most 12 positions, got [1,13,24]. ',
    );
    expect(() => model.initCache({}, { batch: 1, length: 13 })).toThrow('gpt: expected a cache of at most 12 positions, got 13. ');
  });
});
