import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, sameStructure, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { summaryRows } from '@kumiko/layers';
import { expectTensor, onEveryBackend } from '@kumiko/testing';
import golden from '../../../fixtures/models/seq2seq.json' with { type: 'json' };
import { formulaWeights } from './formula-weights.fixture.ts';
import { generate } from './generate.ts';
import { splitProjection, torchWeights } from './internal/torch-weights.ts';
import { seq2seq } from './seq2seq.ts';

const options = { sourceVocabulary: 11, targetVocabulary: 9, numLayers: 2, numHeads: 2, features: 16, hiddenUnits: 20 };
const model = seq2seq(options);
const tolerance = { absolute: 2e-5, relative: 2e-5 };

/** The parameters of torch.nn.Transformer as ours. */
function fromTorch(weights: Record<string, tf.Tensor>): Tree {
  const { get, copy, linear, norm } = torchWeights('fromTorch', weights, /^transformer\./);
  const attention = (name: string) => ({
    ...splitProjection({
      kernel: tf.transpose(get(`${name}.in_proj_weight`) as tf.Tensor2D),
      bias: copy(`${name}.in_proj_bias`) as tf.Tensor1D,
    }),
    output: linear(`${name}.out_proj`),
  });
  const block = (name: string, norms: readonly string[]): Tree => ({
    attention: attention(`${name}.self_attn`),
    attentionNorm: norm(`${name}.norm1`),
    ...(norms.length === 3 && { crossAttention: attention(`${name}.multihead_attn`), crossAttentionNorm: norm(`${name}.norm2`) }),
    feedForward: { hidden: linear(`${name}.linear1`), output: linear(`${name}.linear2`) },
    feedForwardNorm: norm(`${name}.${norms.at(-1)}`),
  });
  return {
    sourceEmbedding: { embeddings: copy('source.weight') },
    targetEmbedding: { embeddings: copy('target.weight') },
    encoder: [0, 1].map((i) => block(`encoder.layers.${i}`, ['norm1', 'norm2'])),
    encoderNorm: norm('encoder.norm'),
    decoder: [0, 1].map((i) => block(`decoder.layers.${i}`, ['norm1', 'norm2', 'norm3'])),
    decoderNorm: norm('decoder.norm'),
    head: linear('head'),
  };
}

onEveryBackend(() => {
  let params: Tree;
  let source: tf.Tensor;
  let target: tf.Tensor;
  let sourceMask: tf.Tensor;
  beforeAll(() => {
    params = fromTorch(formulaWeights(golden.parameters as [string, number[]][]));
    source = tf.tensor2d(golden.source, undefined, 'int32');
    target = tf.tensor2d(golden.target, undefined, 'int32');
    sourceMask = tf.tensor2d(golden.mask, undefined, 'bool');
  });

  test('logits are PyTorch’s for the same weights, with padding', async () => {
    const run = () => model.apply({ params, state: {} }, { source, target, sourceMask }, { training: false })[0];
    expectTensor(run(), golden.logits, tolerance);
    await trackLeaks(() => tf.tidy(run));
    const shapes = { source: shapeOf([2, 5], 'int32'), target: shapeOf([2, 4], 'int32') };
    const made = model.init(key(0), shapes);
    expect(made.output).toEqual(shapeOf([2, 4, 9]));
    expect(sameStructure(made.params, params)).toBe(true);
  });

  test('the decoder of a memory, token by token from its cache, gives the same logits', () => {
    const variables = { params, state: {} };
    const decoder = model.decoder(model.encode(variables, source, sourceMask), sourceMask);
    let cache = decoder.initCache(params, { batch: 2, length: 4 });
    const parts = [0, 1, 2, 3].map((at) => {
      const [logits, next] = decoder.apply(variables, tf.slice(target, [0, at], [2, 1]), { training: false, cache });
      cache = next.cache as Tree;
      return logits;
    });
    expectTensor(tf.concat(parts, 1), golden.logits, tolerance);
  });

  test('generate writes by the decoder, one memory for all rows', async () => {
    const variables = { params, state: {} };
    const one = tf.slice(source, [0, 0], [1, 3]);
    const decoder = model.decoder(model.encode(variables, one));
    const drawn: number[][] = [];
    const prompt = tf.zeros([2, 1], 'int32');
    for await (const tokens of generate(decoder, variables, prompt, { tokens: 3, contextLength: 8, key: key(0), temperature: 0 }))
      drawn.push([...tokens]);
    const written = tf.tensor2d([[0, ...drawn.slice(0, 2).map(([token]) => token as number)]], [1, 3], 'int32');
    const [logits] = model.apply(variables, { source: one, target: written }, { training: false });
    expect(drawn).toEqual([...tf.argMax(tf.reshape(logits, [3, 9]), 1).dataSync()].map((token) => [token, token]));
  });

  test('dropout follows the key', () => {
    const dropping = seq2seq({ ...options, dropout: 0.3 });
    const run = (seed: number) =>
      dropping.apply({ params, state: {} }, { source, target }, { training: true, key: key(seed) })[0].dataSync();
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });
});

test('counts the products of both sides', async () => {
  await selectBackend([cpu()]);
  const shapes = { source: shapeOf([1, 5], 'int32'), target: shapeOf([1, 4], 'int32') };
  const [row] = summaryRows(model as Layer, shapes);
  // Two blocks each; features 16, hidden 20. Encoder: 5 * (4 * 256 + 640) and 2 * 25 * 16. Decoder: 4 * (4 * 256 + 640) and 2 * 16 * 16;
  // its look: 4 * 512, 5 * 512 and 2 * 20 * 16. Head: 4 * 16 * 9.
  expect(row?.flops).toBe(2 * (2 * (8320 + 800) + 2 * (6656 + 512 + 2048 + 2560 + 640) + 576));
});

test('says what is wrong', async () => {
  await selectBackend([cpu()]);
  expect(() => seq2seq({ ...options, numLayers: 0 })).toThrow('seq2seq: expected numLayers to be a whole number of at least 1, got 0. ');
  expect(() => seq2seq({ ...options, features: 15, numHeads: 1 }).init(key(0), { source: shapeOf([1, 2], 'int32'), target: shapeOf([1, 2], 'int32') })).toThrow('expected an even number of features, got 15. '); // prettier-ignore
});
