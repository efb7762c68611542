import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { beforeAll, expect, test } from 'vitest';
import { logCoshLoss } from './log-cosh-loss.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('keeps the digits of small differences', () => {
  // ln cosh d = d^2 / 2 - d^4 / 12 + ...; |d| + ln(1 + e^-2|d|) - ln 2 would be off by a tenth at 1e-3 in float32.
  for (const difference of [1e-3, -1e-2, 1e-5]) {
    const wanted = difference ** 2 / 2 - difference ** 4 / 12;
    expect((logCoshLoss(tf.scalar(difference), tf.scalar(0)).dataSync()[0] as number) / wanted).toBeCloseTo(1, 5);
  }
});
