import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { disposeTree, flatten, key, sameStructure, shapeOf, type Tree } from '@kumiko/core';
import { expectTensor, onEveryBackend } from '@kumiko/testing';
import golden from '../../../fixtures/models/lstm-language-model.json' with { type: 'json' };
import { generate } from './generate.ts';
import { lstmLanguageModel, lstmLanguageModelFromTorch } from './lstm-language-model.ts';

const model = lstmLanguageModel({ vocabularySize: 13, features: 4, units: 6, numLayers: 2 });

/** The formula of fixtures/models_recurrent.py: multiples of 1/64, exact in float32. */
function weights(): Record<string, tf.Tensor> {
  return Object.fromEntries(
    (golden.parameters as [string, number[]][]).map(([name, shape], seed) => {
      const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => (((i * 37 + seed * 101) % 89) - 44) / 64);
      return [name, tf.tensor(values, shape)];
    }),
  );
}

onEveryBackend(() => {
  let params: Tree = {};
  let tokens: tf.Tensor2D;
  beforeAll(() => {
    params = tf.tidy(() => lstmLanguageModelFromTorch(weights()) as tf.TensorContainer) as Tree;
    tokens = tf.tensor2d(golden.tokens, [2, 5], 'int32');
  });

  test('logits are PyTorch’s for the same weights', async () => {
    const made = model.init(key(0), shapeOf([2, 5], 'int32'));
    expect(made.output).toEqual(shapeOf(golden.logits.shape));
    expect(sameStructure(made.params, params)).toBe(true);
    const logits = await trackLeaks(() => tf.tidy(() => model.apply({ params, state: {} }, tokens, { training: false })[0]));
    expectTensor(logits, golden.logits);
  });

  test('the loss and the gradient of the embedding are PyTorch’s', () => {
    const { embedding, ...others } = params as { embedding: { embeddings: tf.Tensor } };
    const targets = tf.tensor2d(golden.tokens.map(([first, ...rest]) => [...rest, first as number]), [2, 5], 'int32'); // prettier-ignore
    const { value, grad } = tf.valueAndGrad((embeddings: tf.Tensor) => {
      const [logits] = model.apply({ params: { ...others, embedding: { embeddings } }, state: {} }, tokens, { training: true });
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(targets, 13), tf.logSoftmax(logits)), -1)));
    })(embedding.embeddings);
    expect(value.dataSync()[0]).toBeCloseTo(golden.loss, 5);
    expectTensor(grad, golden.embeddingGradient);
  });

  test('calls with a cache give the same logits', () => {
    let cache: Tree = model.initCache(params, { batch: 2, length: 5 });
    const parts = tf.split(tokens, [2, 1, 2], 1).map((part) => {
      const [logits, next] = model.apply({ params, state: {} }, part, { training: false, cache });
      expect(sameStructure(next.cache as Tree, cache)).toBe(true);
      cache = next.cache as Tree;
      return logits;
    });
    expectTensor(tf.concat(parts, 1), golden.logits);
  });
});

describe('on cpu', () => {
  beforeAll(async () => {
    await selectBackend([cpu()]);
  });

  test('generates, and leaves nothing behind', async () => {
    const variables = model.init(key(0), shapeOf([1, 1], 'int32'));
    const prompt = tf.tensor2d([[1, 2]], [1, 2], 'int32');
    const before = tf.memory().numTensors;
    const drawn: number[] = [];
    for await (const [token] of generate(model, variables, prompt, { tokens: 5, contextLength: 4, key: key(1) }))
      drawn.push(token as number);
    expect(drawn).toHaveLength(5);
    expect(tf.memory().numTensors).toBe(before);
    disposeTree(variables.params);
  });

  test('drops in training, and says what is wrong', () => {
    const dropping = lstmLanguageModel({ vocabularySize: 5, features: 8, units: 8, dropoutRate: 0.5 });
    const variables = dropping.init(key(0), shapeOf([1, 3], 'int32'));
    expect(flatten<tf.Tensor>(variables.params).map(({ name }) => name)).toEqual([
      'embedding/embeddings',
      'lstm1/kernel',
      'lstm1/recurrentKernel',
      'lstm1/bias',
      'head/kernel',
      'head/bias',
    ]);
    const tokens = tf.tensor2d([[1, 2, 3]], [1, 3], 'int32');
    const logits = (seed: number) => dropping.apply(variables, tokens, { training: true, key: key(seed) })[0].dataSync<'float32'>();
    expect(logits(1)).not.toEqual(logits(2));
    expect(() => lstmLanguageModel({ vocabularySize: 5, features: 1, units: 1, numLayers: 0 })).toThrow(
      'lstmLanguageModel: expected numLayers to be a whole number of at least 1, got 0. ',
    );
    expect(() => lstmLanguageModelFromTorch({ 'rnn.weight_ih_l0': tf.ones([4, 1]) })).toThrow(
      "expected a tensor 'rnn.bias_ih_l0', got none. ",
    );
  });
});
