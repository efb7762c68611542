import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { expectTensor, type Tolerance } from '@kumiko/testing';
import { describe, expect, test } from 'vitest';
import { arcFaceLoss } from './arc-face-loss.ts';
import { categoricalHingeLoss } from './categorical-hinge-loss.ts';
import { generalizedCrossEntropy } from './generalized-cross-entropy.ts';
import { goldenWeights, lossGoldens, unpack, unpackOptions, type LossGolden } from './loss-goldens.fixture.ts';
import { lossRows, type LossRow } from './loss-rows.fixture.ts';
import type { LossOptions } from './loss-options.ts';
import { multiMarginLoss } from './multi-margin-loss.ts';
import { polyLoss } from './poly-loss.ts';
import { sparseCategoricalCrossEntropy } from './sparse-categorical-cross-entropy.ts';

/** A golden row ready to be called. */
export interface LossCall {
  readonly inputs: readonly tf.Tensor[];
  readonly weights: tf.Tensor;
  call(inputs: readonly tf.Tensor[], options: LossOptions): tf.Tensor;
}

/** The loss and the tensors of a golden row. */
export function prepare(golden: LossGolden): LossCall {
  const loss = lossRows[golden.loss]?.loss as unknown as (...inputsAndOptions: unknown[]) => tf.Tensor;
  const own = unpackOptions(golden.options);
  return {
    inputs: golden.inputs.map(unpack),
    weights: goldenWeights(golden),
    call: (inputs, options) => loss(...inputs, { ...own, ...options }),
  };
}

/** The name of a golden row in reports. */
export function describeGolden({ loss, options, extreme }: LossGolden): string {
  const given = Object.entries(options).map(([name, value]) => `${name}: ${typeof value === 'object' ? 'tensor' : JSON.stringify(value)}`);
  return `${loss} { ${given.join(', ')} }${extreme ? ', 1e4' : ''}`;
}

/** Logits that overwhelm every other number: all alike, the largest last, and with both signs and small differences among them. */
const STEEP: readonly (readonly number[])[] = [[1e4], [-1e4], [-1e4, 1e4], [1e4, -1e4, 0, 1e4 - 1, -1e4 + 0.5]];

/** What holds for every loss on every backend: goldens, reductions, weights, errors, leaks. */
export function lossesContract({ absolute, relative }: Tolerance): void {
  test.each(lossGoldens.map((golden): [string, LossGolden] => [describeGolden(golden), golden]))('%s', async (_name, golden) => {
    const { inputs, weights, call } = prepare(golden);
    const { shape, values } = golden.losses;
    const amplification = lossRows[golden.loss]?.amplification ?? 1;
    const tolerance = { absolute: absolute * amplification, relative: relative * amplification };
    expectTensor(call(inputs, { reduction: 'none' }), { shape, values }, tolerance);

    const factors = values.map((_value, i) => 1 + i / 4);
    const sum = values.reduce((total, value) => total + value, 0);
    const weighed = values.reduce((total, value, i) => total + value * (factors[i] as number), 0);
    const reduced = (options: LossOptions, wanted: number): void =>
      expectTensor(call(inputs, options), { shape: [], values: [wanted] }, tolerance);
    reduced({ reduction: 'sum' }, sum);
    reduced({ reduction: 'mean' }, sum / values.length);
    reduced({ reduction: 'sum', sampleWeights: weights }, weighed);
    const weighedMean = weighed / factors.reduce((total, factor) => total + factor, 0);
    reduced({ reduction: 'mean', sampleWeights: weights }, weighedMean);
    reduced({ sampleWeights: weights }, lossRows[golden.loss]?.defaultReduction === 'sum' ? weighed : weighedMean);

    for (const { input, shape, values } of golden.gradients) {
      const at = (x: tf.Tensor): tf.Tensor[] => inputs.map((other, i) => (i === input ? x : other));
      const gradient = tf.grad((x: tf.Tensor) => call(at(x), { reduction: 'sum', sampleWeights: weights }))(inputs[input] as tf.Tensor);
      expectTensor(gradient, { shape, values }, tolerance);
    }
    await trackLeaks(() => tf.tidy(() => call(inputs, { sampleWeights: weights })));
    expect([...inputs, weights].some((tensor) => tensor.isDisposed)).toBe(false);
  });

  const withLogits = lossGoldens.filter(({ loss }) => (lossRows[loss]?.logits.length ?? 0) > 0);
  test.each(withLogits.map((golden): [string, LossGolden] => [describeGolden(golden), golden]))(
    'is finite at logits of 1e4, and so are its gradients: %s',
    (_name, golden) => {
      const { inputs, call } = prepare(golden);
      const positions = lossRows[golden.loss]?.logits ?? [];
      for (const steep of STEEP) {
        tf.tidy(() => {
          const moved = inputs.map((x, i) =>
            positions.includes(i)
              ? tf.tensor(Array.from({ length: x.size }, (_, k) => steep[(k + i) % steep.length] as number), x.shape) // prettier-ignore
              : x,
          );
          const values = [...call(moved, { reduction: 'none' }).dataSync()];
          expect(values.every(Number.isFinite), `losses at ${steep.join()}: ${values.join()}`).toBe(true);
          for (const input of positions) {
            const at = (x: tf.Tensor): tf.Tensor[] => moved.map((other, i) => (i === input ? x : other));
            const slopes = [
              ...tf
                .grad((x: tf.Tensor) => call(at(x), { reduction: 'mean' }))(moved[input] as tf.Tensor)
                .dataSync(),
            ];
            expect(slopes.every(Number.isFinite), `gradient of input ${input} at ${steep.join()}: ${slopes.join()}`).toBe(true);
          }
        });
      }
    },
  );

  const labelled = { arcFaceLoss, categoricalHingeLoss, generalizedCrossEntropy, multiMarginLoss, polyLoss, sparseCategoricalCrossEntropy };
  test.each(Object.entries(labelled))('a label that is no class gives NaN in %s, and only there', (_name, loss) => {
    const [outside, below, inside] = loss(tf.fill([3, 2], 0.5), tf.tensor1d([2, -1, 1], 'int32'), { reduction: 'none' }).dataSync();
    expect([outside, below, Number.isFinite(inside)]).toEqual([NaN, NaN, true]);
  });

  describe.each(Object.entries(lossRows).map(([name, row]): [string, LossRow] => [name, row]))('%s', (_name, { errors }) => {
    test.each(errors.map(([call, message]): [string, () => unknown] => [message, call]))('says: %s', (message, call) => {
      expect(call).toThrow(message);
    });
  });
}
