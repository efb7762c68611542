/** The same contract in double precision, where a wrong digit has nowhere to hide, and central differences for every gradient. */
import './use-float64.fixture.ts';
import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { beforeAll, describe, expect, test } from 'vitest';
import { lossGoldens, type LossGolden } from './loss-goldens.fixture.ts';
import { describeGolden, lossesContract, prepare } from './losses-contract.fixture.ts';

const STEP = 1e-5;

beforeAll(async () => {
  await selectBackend([cpu()]);
});

lossesContract({ absolute: 1e-10, relative: 1e-10 });

describe('central differences', () => {
  const rows = lossGoldens.filter(({ extreme, noDifferences }) => !extreme && noDifferences === null);
  test.each(rows.map((golden): [string, LossGolden] => [describeGolden(golden), golden]))('%s', (_name, golden) => {
    const { inputs, weights, call } = prepare(golden);
    for (const { input } of golden.gradients) {
      const at = (x: tf.Tensor): tf.Tensor => {
        const moved = inputs.map((other, i) => (i === input ? x : other));
        return call(moved, { reduction: 'sum', sampleWeights: weights });
      };
      const x = inputs[input] as tf.Tensor;
      const gradient = [...tf.grad(at)(x).dataSync()];
      const start = [...x.dataSync()];
      const value = (index: number, step: number): number => {
        const moved = start.map((number, i) => (i === index ? number + step : number));
        return tf.tidy(() => at(tf.tensor(moved, x.shape)).dataSync()[0] as number);
      };
      const far = gradient.filter((slope, i) => {
        const difference = (value(i, STEP) - value(i, -STEP)) / (2 * STEP);
        return !(Math.abs(slope - difference) <= 1e-7 * Math.max(1, Math.abs(slope)));
      });
      expect(far).toEqual([]);
    }
  });
});
