import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { attention, layerNorm } from '@kumiko/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import type { Explanation } from './explain.ts';

/** What the third call of a function is made of. */
function explained(f: (...args: never[]) => tf.Tensor | tf.Tensor[], args: tf.Tensor[], exact = true): Explanation {
  const compiled = compile(f as (...tensors: tf.Tensor[]) => tf.Tensor[], {
    donate: false,
    without: exact ? ['fuseElementwise', 'fuseEpilogues'] : [],
  });
  for (let call = 0; call < 3; call++) tf.dispose(compiled(...args));
  const explanation = compiled.explain() as Explanation;
  compiled.dispose();
  return explanation;
}

const flopsOf = ({ costs }: Explanation): Record<string, number> =>
  Object.fromEntries(costs.filter(({ flops }) => flops > 0).map(({ kernel, flops }) => [kernel, flops]));

describe('on cpu', () => {
  beforeAll(async () => {
    await selectBackend([cpu()]);
  });

  test('counts the operations of each kind of kernel', () => {
    const image = tf.ones([2, 8, 8, 3]) as tf.Tensor4D;
    const filter = tf.ones([3, 3, 3, 5]) as tf.Tensor4D;
    // Outputs [2,6,6,5] of 3 * 3 * 3 taps each.
    const taps = 2 * (2 * 6 * 6 * 5) * 27;
    const convolve = (x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor => tf.sum(tf.conv2d(x, w, 1, 'valid'));
    expect(flopsOf(explained(convolve, [image, filter]))).toEqual({ Conv2D: taps, Sum: 360 });
    const gradients = (x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor[] => tf.grads(convolve as never)([x, w]);
    expect(flopsOf(explained(gradients, [image, filter]))).toMatchObject({
      Conv2DBackpropInput: taps,
      Conv2DBackpropFilter: taps,
    });
    const depthwise = (x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor => tf.depthwiseConv2d(x, w, 1, 'valid');
    const byDepth = tf.ones([3, 3, 3, 2]) as tf.Tensor4D;
    // Outputs [2,6,6,6] of 3 * 3 taps each, and the same for the gradients.
    expect(flopsOf(explained(depthwise, [image, byDepth]))).toEqual({ DepthwiseConv2dNative: 2 * 432 * 9 });
    const both = (x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor[] => tf.grads(depthwise as never)([x, w]);
    expect(flopsOf(explained(both, [image, byDepth]))).toMatchObject({
      DepthwiseConv2dNativeBackpropInput: 2 * 432 * 9,
      DepthwiseConv2dNativeBackpropFilter: 2 * 432 * 9,
    });
    const pool = (x: tf.Tensor4D): tf.Tensor => tf.maxPool(x, 2, 2, 'valid');
    expect(flopsOf(explained(pool, [image]))).toEqual({ MaxPool: 2 * 4 * 4 * 3 * 4 });
    expect(flopsOf(explained((x: tf.Tensor) => tf.grad(pool as never)(x), [image]))).toMatchObject({ MaxPoolGrad: 2 * 4 * 4 * 3 * 4 });
  });

  test('counts products, attention, norms, rows, reductions and movements', () => {
    const [a, b] = [tf.ones([4, 3, 7]), tf.ones([4, 7, 5])];
    const multiply = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.matMul(x, y);
    expect(flopsOf(explained(multiply, [a, b]))).toEqual({ BatchMatMul: 2 * 4 * 3 * 5 * 7 });
    expect(flopsOf(explained((x: tf.Tensor) => tf.matMul(x, x, true, false), [a]))).toEqual({ BatchMatMul: 2 * 4 * 7 * 7 * 3 });
    const normalise = (x: tf.Tensor): tf.Tensor => layerNorm(x, tf.ones([7]), tf.zeros([7]));
    expect(explained(normalise, [a], false).flops).toBeGreaterThan(0);
    expect(flopsOf(explained((x: tf.Tensor) => tf.softmax(x), [a]))).toEqual({ Softmax: 4 * 84 });
    expect(flopsOf(explained((x: tf.Tensor) => tf.max(tf.add(x, x), 1), [a]))).toEqual({ Add: 84, Max: 84 });
    const moved = explained((x: tf.Tensor) => tf.reshape(tf.concat([x, x], 2), [4, 42]), [a]);
    expect([moved.flops, moved.bytesRead, moved.bytesWritten]).toEqual([0, 4 * 168, 4 * 168]);
  });

  test('reads well', () => {
    const text = String(explained((x: tf.Tensor2D) => tf.relu(tf.matMul(x, x)), [tf.ones([100, 100])]));
    expect(text.replaceAll(/ +\n/g, '\n')).toBe(
      [
        '2 kernels, of 2 recorded: 2.01 MFLOP, 120 kB read, 80.0 kB written.',
        'JavaScript calls every kernel: this backend runs no programs.',
        '',
        'kernel       calls    FLOP  share  bytes read  written',
        'BatchMatMul      1  2.00 M  100 %      80.0 k   40.0 k',
        'Relu             1  10.0 k    0 %      40.0 k   40.0 k',
      ].join('\n'),
    );
  });
});

describe('on wasm', () => {
  beforeAll(async () => {
    await selectBackend([wasm({ threads: 2 })]);
  });

  test('says what was fused, what the arena takes, and what falls back and why', () => {
    const f = (x: tf.Tensor2D): tf.Tensor => tf.sum(tf.square(tf.cast(tf.relu(tf.tanh(tf.matMul(x, x))), 'int32')));
    const explanation = explained(f, [tf.ones([64, 64])], false);
    expect(flopsOf(explanation)).toEqual({ BatchMatMul: 2 * 64 ** 3, KumikoFused: 2 * 64 ** 2, Square: 64 ** 2, Sum: 64 ** 2 });
    const text = String(explanation);
    expect(text).toMatch(/The arena has [\d.]+ kB, 1\.\d\d times what must live at once; 0 B of state are updated in place\./);
    expect(text).toContain("These kernels fall back to JavaScript:\n  Square: is tfjs' own body, which runs on one thread\n");
    expect(String(explained((x: tf.Tensor2D) => tf.tanh(x), [tf.ones([3, 3])], false))).toContain('No kernel falls back to JavaScript.');
  });

  test('counts attention by its products', () => {
    const [q, k, v] = [tf.ones([2, 4, 8, 16]), tf.ones([2, 4, 8, 16]), tf.ones([2, 4, 8, 16])];
    const attend = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor): tf.Tensor => attention(x, y, z, { causal: true });
    const product = 2 * (2 * 4 * 8 * 16) * 8;
    expect(flopsOf(explained(attend, [q, k, v]))).toMatchObject({ KumikoAttention: 2 * product });
    const gradients = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor): tf.Tensor[] => tf.grads(attend as never)([x, y, z]);
    expect(flopsOf(explained(gradients, [q, k, v]))).toMatchObject({ KumikoAttentionGradient: 5 * product });
  });
});
