import { cpu, selectBackend } from '@kumiko/backend';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test, vi } from 'vitest';
import { streamWords } from './stream.ts';
import { threefryLimbs } from './threefry-limbs.ts';

beforeAll(() => selectBackend([cpu()]));

test('the counter carries into its upper limb after 2^16 blocks', async () => {
  const count = 2 ** 17 + 3;
  const words = streamWords([0x12345678, 0x9abcdef0], count);
  const { high, low } = threefryLimbs([0x12345678, 0x9abcdef0], count);
  const [highs, lows] = [await high.data(), await low.data()];
  const wrong = words.findIndex((word, i) => (highs[i] as number) * 65536 + (lows[i] as number) !== word);
  expect(wrong).toBe(-1);
});

test('no value on the way needs more than the 24 bits of a float32', () => {
  let largest = 0;
  const run = tf.engine().runKernel.bind(tf.engine());
  const spy = vi.spyOn(tf.engine(), 'runKernel').mockImplementation((name, inputs, attrs) => {
    const outputs = run(name, inputs, attrs);
    for (const output of Array.isArray(outputs) ? outputs : [outputs]) {
      largest = Math.max(largest, ...(output as tf.Tensor).dataSync().map(Math.abs));
    }
    return outputs;
  });
  tf.tidy(() => void threefryLimbs([0xffffffff, 0xfffffff1], 40));
  spy.mockRestore();
  expect(largest).toBeGreaterThan(2 ** 16);
  expect(largest).toBeLessThan(2 ** 24);
});
