import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { foldIn, key, keyTensor } from '@kumiko/core';
import { sampleToken, type SampleTokenOptions } from './sample-token.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

// Probabilities 0.5, 0.25, 0.15, 0.1.
const probabilities = [0.15, 0.5, 0.1, 0.25];
const DRAWS = 4000;

/** How often each token is drawn. */
function shares(options: SampleTokenOptions): number[] {
  const logits = tf.tile(tf.log(tf.tensor2d([probabilities])), [DRAWS, 1]);
  const counts = [0, 0, 0, 0];
  for (const token of sampleToken(key(4), logits, options).dataSync()) (counts[token] as number)++;
  return counts.map((count) => count / DRAWS);
}

test.each<[SampleTokenOptions, number[]]>([
  [{}, probabilities],
  [{ temperature: 0 }, [0, 1, 0, 0]],
  // Squares 0.0225, 0.25, 0.01, 0.0625, of 0.345 in all.
  [{ temperature: 0.5 }, [0.065, 0.725, 0.029, 0.181]],
  [{ topK: 2 }, [0, 2 / 3, 0, 1 / 3]],
  [{ topK: 9 }, probabilities],
  // 0.5 + 0.25 reach 0.7; 0.5 alone does not.
  [{ topP: 0.7 }, [0, 2 / 3, 0, 1 / 3]],
  [{ topP: 0.5 }, [0, 1, 0, 0]],
  [{ topP: 1e-9 }, [0, 1, 0, 0]],
  // Among the three likeliest, 0.556, 0.278 and 0.167, the first two reach 0.8.
  [{ topK: 3, topP: 0.8 }, [0, 2 / 3, 0, 1 / 3]],
])('%j', (options, expected) => {
  // Four standard errors of a share of one half.
  for (const [i, share] of shares(options).entries()) expect(Math.abs(share - (expected[i] as number))).toBeLessThan(0.032);
});

test('the key decides, also as a tensor, and nothing is left behind', async () => {
  const logits = tf.zeros([50, 7]);
  const draw = async (from: Parameters<typeof sampleToken>[0]) => {
    const drawn = await trackLeaks(() => sampleToken(from, logits, { topK: 5, topP: 0.9 }));
    return [...(await drawn.data())];
  };
  expect(await draw(keyTensor(key(1)))).toEqual(await draw(key(1)));
  expect(await draw(foldIn(key(1), 0))).not.toEqual(await draw(key(1)));
});

test('says what is wrong', () => {
  const logits = tf.zeros([1, 3]);
  expect(() => sampleToken(key(0), logits, { temperature: -1 })).toThrow('sampleToken: expected temperature >= 0, got -1. ');
  expect(() => sampleToken(key(0), logits, { topK: 0 })).toThrow('sampleToken: expected topK to be a whole number of at least 1, got 0. ');
  expect(() => sampleToken(key(0), logits, { topP: 0 })).toThrow('sampleToken: expected topP in (0, 1], got 0. ');
  expect(() => sampleToken(key(0), tf.zeros([3]))).toThrow('sampleToken: expected logits [batch,vocabulary], got [3]. ');
});
