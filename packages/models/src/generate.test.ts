import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key, shapeOf, type LayerInit } from '@kumiko/core';
import { generate, type GenerateOptions } from './generate.ts';
import { gpt } from './gpt.ts';

const contextLength = 6;
const model = gpt({ vocabularySize: 11, contextLength, numLayers: 2, numHeads: 2, features: 8, initializerRange: 0.5 });
let variables: LayerInit;
beforeAll(async () => {
  await selectBackend([cpu()]);
  variables = model.init(key(0), shapeOf([1, 6], 'int32'));
});

async function continued(prompt: number[][], options: Partial<GenerateOptions>): Promise<number[][]> {
  const input = tf.tensor2d(prompt, undefined, 'int32');
  const drawn: number[][] = [];
  for await (const tokens of generate(model, variables, input, { tokens: 12, contextLength, key: key(3), ...options }))
    drawn.push([...tokens]);
  input.dispose();
  return drawn;
}

test('the likeliest tokens are those of whole calls without a cache', async () => {
  const rows = [[1, 2], [7, 3]]; // prettier-ignore
  const drawn = await continued(rows, { temperature: 0 });
  expect(drawn).toHaveLength(12);
  for (const tokens of drawn) {
    const [logits] = model.apply(variables, tf.tensor2d(rows, undefined, 'int32'), { training: false });
    const last = tf.slice(logits, [0, (logits.shape[1] as number) - 1, 0], [-1, 1, -1]);
    expect(tokens).toEqual([...tf.argMax(last, 2).dataSync()]);
    for (const [i, row] of rows.entries()) row.push(tokens[i] as number);
    // A full context goes on from its last half, to which the new token comes.
    if ((rows[0] as number[]).length === contextLength + 1) for (const row of rows) row.splice(0, contextLength + 1 - 3);
  }
});

test('the key decides', async () => {
  const prompt = [[1], [1]];
  expect(await continued(prompt, {})).toEqual(await continued(prompt, {}));
  expect(await continued(prompt, {})).not.toEqual(await continued(prompt, { key: key(4) }));
});

test('only the end of a long prompt is seen, and breaking off leaves nothing behind', async () => {
  const long = [[9, 9, 9, 4, 5, 6, 7, 8, 1]];
  expect(await continued(long, { temperature: 0 })).toEqual(await continued([[4, 5, 6, 7, 8, 1]], { temperature: 0 }));
  const prompt = tf.tensor2d([[1, 2]], undefined, 'int32');
  const before = tf.memory().numTensors;
  for await (const _ of generate(model, variables, prompt, { tokens: 9, contextLength, key: key(0), topK: 3 })) break;
  expect(tf.memory().numTensors).toBe(before);
  for await (const _ of generate(model, variables, prompt, { tokens: 9, contextLength, key: key(0), topK: 3 })) void _;
  expect(tf.memory().numTensors).toBe(before);
});

test('says what is wrong', async () => {
  const first = (prompt: tf.Tensor, options: Partial<GenerateOptions>) =>
    generate(model, variables, prompt, { tokens: 1, contextLength, key: key(0), ...options }).next();
  await expect(first(tf.zeros([1, 2]), {})).rejects.toThrow('generate: expected a prompt int32 [batch,positions], got float32 [1,2]. ');
  await expect(first(tf.zeros([1, 0], 'int32'), {})).rejects.toThrow('got int32 [1,0]');
  await expect(first(tf.zeros([1, 1], 'int32'), { tokens: 0 })).rejects.toThrow(
    'generate: expected tokens to be a whole number of at least 1',
  );
  await expect(first(tf.zeros([1, 1], 'int32'), { contextLength: 7 })).rejects.toThrow(
    'gpt: expected a cache of at most 6 positions, got 7. ',
  );
});
