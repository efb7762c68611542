import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { key, shapeOf, type LayerInit } from '@kumiko/core';
import { beamSearch, type BeamSearchOptions } from './beam-search.ts';
import { gpt } from './gpt.ts';

const VOCABULARY = 4;
const model = gpt({ vocabularySize: VOCABULARY, contextLength: 8, numLayers: 1, numHeads: 2, features: 8, initializerRange: 1.5 });
let variables: LayerInit;
beforeAll(async () => {
  await selectBackend([cpu()]);
  variables = model.init(key(5), shapeOf([1, 8], 'int32'));
});

/** Log probabilities of what follows a sequence. */
function following(tokens: readonly number[]): number[] {
  return tf.tidy(() => {
    const [logits] = model.apply(variables, tf.tensor2d([[...tokens]], undefined, 'int32'), { training: false });
    return [...tf.logSoftmax(tf.slice(logits, [0, tokens.length - 1, 0], [1, 1, -1])).dataSync()];
  });
}

/** Every sequence of at most so many added tokens, with its sum of log probabilities. */
function everything(start: readonly number[], added: number, endToken?: number): { tokens: number[]; sum: number }[] {
  const extend = (tokens: number[], sum: number, left: number): { tokens: number[]; sum: number }[] =>
    left === 0 || (tokens.length > start.length && tokens.at(-1) === endToken)
      ? [{ tokens, sum }]
      : following(tokens).flatMap((logProbability, token) => extend([...tokens, token], sum + logProbability, left - 1));
  return extend([...start], 0, added);
}

const search = (options: Partial<BeamSearchOptions>) => beamSearch(model, variables, { start: [1], beams: 2, tokens: 3, ...options });

test('with as many beams as there are sequences the search is exhaustive', async () => {
  for (const lengthPenalty of [0, 1, 2]) {
    const found = await search({ beams: 200, tokens: 3, endToken: 2, lengthPenalty });
    const all = everything([1], 3, 2).filter(({ tokens }) => tokens.at(-1) === 2 || tokens.length === 4);
    const wanted = all.map(({ tokens, sum }) => ({ tokens, score: sum / (tokens.length - 1) ** lengthPenalty }));
    wanted.sort((a, b) => b.score - a.score);
    expect(found.length).toBe(wanted.length);
    expect(found.slice(0, 8).map(({ tokens }) => tokens)).toEqual(wanted.slice(0, 8).map(({ tokens }) => tokens));
    for (const [i, { score }] of found.entries()) expect(score).toBeCloseTo(wanted[i]?.score as number, 4);
  }
});

test('one beam takes the likeliest token each time', async () => {
  const [found] = await search({ beams: 1, tokens: 5 });
  const tokens = [1];
  let sum = 0;
  for (let i = 0; i < 5; i++) {
    const next = following(tokens);
    const most = Math.max(...next);
    tokens.push(next.indexOf(most));
    sum += most;
  }
  expect(found?.tokens).toEqual(tokens);
  expect(found?.score).toBeCloseTo(sum / 5, 4);
});

test('scores are those of the sequences, with a start of several tokens', async () => {
  const found = await search({ start: [3, 0], beams: 3, tokens: 4 });
  expect(found).toHaveLength(3);
  for (const { tokens, score } of found) {
    let sum = 0;
    for (let at = 2; at < tokens.length; at++) sum += following(tokens.slice(0, at))[tokens[at] as number] as number;
    expect(score).toBeCloseTo(sum / 4, 4);
  }
});

test('leaves nothing behind', async () => {
  const before = tf.memory().numTensors;
  await search({ endToken: 0 });
  expect(tf.memory().numTensors).toBe(before);
  await expect(search({ tokens: 9 })).rejects.toThrow('gpt: expected a cache of at most 8 positions, got 10. ');
  expect(tf.memory().numTensors).toBe(before);
});

test('says what is wrong', async () => {
  await expect(search({ start: [] })).rejects.toThrow('beamSearch: expected at least one token to start with, got none. ');
  await expect(search({ beams: 0 })).rejects.toThrow('beamSearch: expected beams to be a whole number of at least 1, got 0. ');
  await expect(search({ endToken: -1 })).rejects.toThrow('beamSearch: expected endToken to be a token, got -1. ');
  await expect(search({ lengthPenalty: NaN })).rejects.toThrow('beamSearch: expected a finite lengthPenalty, got NaN. ');
});
