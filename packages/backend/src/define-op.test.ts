import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu } from './cpu.ts';
import { defineOp } from './define-op.ts';
import { isOwnKernel } from './own-kernels.ts';
import { selectBackend } from './select-backend.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** The part of tfjs' cpu backend that a kernel needs. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: string, values: Float32Array): tf.TensorInfo;
}

let kernelCalls = 0;
const scaledSquare = defineOp({
  name: 'TestScaledSquare',
  inputs: ['x'],
  reference: ({ x }, { scale }: { scale: number }) => tf.mul(tf.mul(x, x), scale),
  kernels: {
    cpu({ inputs, attrs, backend }) {
      kernelCalls++;
      const { x } = inputs as { x: tf.TensorInfo };
      const { scale } = attrs as unknown as { scale: number };
      const cpuBackend = backend as unknown as CpuBackend;
      return cpuBackend.makeTensorInfo(
        x.shape,
        'float32',
        cpuBackend.data.get(x.dataId).values.map((v) => v * v * scale),
      );
    },
  },
});

test('the kernel of the current backend runs', () => {
  const before = kernelCalls;
  expect(scaledSquare({ x: tf.tensor1d([1, 2, 3]) }, { scale: 10 }).arraySync()).toEqual([10, 40, 90]);
  expect(kernelCalls).toBe(before + 1);
  const kernel = tf.getKernel('KumikoTestScaledSquare', 'cpu');
  expect(isOwnKernel(kernel)).toBe(true);
});

test("the gradient is the reference's, inside other gradients too", () => {
  // d/dx sum(3 * (5 x^2)) = 30 x
  const gradient = tf.grad((x) => tf.sum(tf.mul(scaledSquare({ x }, { scale: 5 }), 3)));
  expect(gradient(tf.tensor1d([1, -2])).arraySync()).toEqual([30, -60]);
});

test('nothing leaks from a gradient through the reference', () => {
  const x = tf.tensor1d([1, 2]);
  const run = (): void => tf.tidy(() => tf.grad((v) => tf.sum(scaledSquare({ x: v }, { scale: 2 })))(x)).dispose();
  run();
  const before = tf.memory().numTensors;
  for (let i = 0; i < 5; i++) run();
  expect(tf.memory().numTensors).toBe(before);
});

test('a backend without a kernel runs the reference', () => {
  const op = defineOp({ name: 'TestReferenceOnly', inputs: ['a', 'b'], reference: ({ a, b }) => tf.sub(a, b) });
  expect(op({ a: tf.scalar(5), b: tf.scalar(2) }, {}).arraySync()).toBe(3);
  const [da, db] = tf.grads((a, b) => op({ a, b }, {}))([tf.scalar(5), tf.scalar(2)]);
  expect([da?.arraySync(), db?.arraySync()]).toEqual([1, -1]);
});

test('a gradient of its own replaces the reference one', () => {
  const op = defineOp({
    name: 'TestOwnGradient',
    inputs: ['x'],
    reference: ({ x }) => tf.mul(x, 1),
    kernels: { cpu: ({ inputs }) => tf.mul((inputs as { x: tf.Tensor }).x, 1) },
    gradient: (dy) => ({ x: () => tf.mul(dy, 42) }),
  });
  expect(
    tf
      .grad((x) => op({ x }, {}))(tf.scalar(1))
      .arraySync(),
  ).toBe(42);
});

test('a name that is not PascalCase is refused', () => {
  const op = defineOp({ name: 'my_op', inputs: ['x'], reference: ({ x }) => x });
  expect(() => op({ x: tf.scalar(1) }, {})).toThrow("defineOp: expected a PascalCase name, got 'my_op'. Rename the op.");
});
