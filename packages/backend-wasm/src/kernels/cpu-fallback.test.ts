import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { cpuFallback, runOnCpu } from './cpu-fallback.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const backend = () => tf.backend() as unknown as BackendWasm;

/** Data ids on the wasm backend that `run` leaves behind, its outputs aside. */
function leftBehind(run: () => tf.TensorInfo | tf.TensorInfo[]): number {
  const before = backend().numDataIds();
  const outputs = [run()].flat();
  const after = backend().numDataIds();
  for (const { dataId } of outputs) backend().disposeData(dataId);
  return after - before - outputs.length;
}

test('a configuration for the wasm backend', () => {
  expect(cpuFallback('FFT')).toMatchObject({ kernelName: 'FFT', backendName: 'wasm' });
});

test('float32 inputs are read from the heap, the output is written to it', () => {
  tf.tidy(() => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const b = tf.tensor2d([10, 20], [1, 2]);
    const sum = runOnCpu('Add', { inputs: { a, b }, attrs: {}, backend: backend() }) as tf.TensorInfo;
    expect(sum).toMatchObject({ shape: [2, 2], dtype: 'float32' });
    expect([...backend().readSync(sum.dataId)]).toEqual([11, 22, 13, 24]);
    backend().disposeData(sum.dataId);
  });
});

test('strings, lists of inputs and optional inputs', () => {
  tf.tidy(() => {
    const joined: tf.Tensor = tf.concat([tf.tensor1d(['a', 'ü']), tf.tensor1d(['c'])]);
    expect(joined.dataSync()).toEqual(['a', 'ü', 'c']);
    expect([...tf.equal(joined, 'ü').dataSync()]).toEqual([0, 1, 0]);
    expect(tf.string.staticRegexReplace(joined, '^a$', 'b').dataSync()).toEqual(['b', 'ü', 'c']);
    const inputs = { x: tf.ones([1, 1, 1, 2]), mean: tf.zeros([2]), variance: tf.ones([2]), offset: undefined, scale: undefined };
    const run = () => runOnCpu('FusedBatchNorm', { inputs: inputs as never, attrs: { varianceEpsilon: 0 }, backend: backend() });
    expect(leftBehind(run)).toBe(0);
  });
});

test('nested lists of inputs and several outputs', () => {
  tf.tidy(() => {
    // Rows [1, 2] and [3] of a ragged tensor; rows 1 and 0 are gathered.
    const { outputNestedSplits, outputDenseValues } = {
      outputNestedSplits: tf.tensor1d([0, 2, 3], 'int32'),
      outputDenseValues: tf.tensor1d([1, 2, 3]),
    };
    const inputs = {
      paramsNestedSplits: [outputNestedSplits],
      paramsDenseValues: outputDenseValues,
      indices: tf.tensor1d([1, 0], 'int32'),
    };
    const run = () => tf.engine().runKernel('RaggedGather', inputs as never, { outputRaggedRank: 1 } as never) as unknown as tf.Tensor[];
    const [splits, values] = run();
    expect([...splits!.dataSync()]).toEqual([0, 1, 3]);
    expect([...values!.dataSync()]).toEqual([3, 1, 2]);
  });
});

test('complex numbers go there and back', () => {
  tf.tidy(() => {
    // FFT of [1, i]: [1 + i, 1 - i].
    const x = tf.complex(tf.tensor1d([1, 0]), tf.tensor1d([0, 1]));
    expect([...tf.fft(x).dataSync()]).toEqual([1, 1, 1, -1]);
    expect(leftBehind(() => runOnCpu('FFT', { inputs: { input: x }, attrs: {}, backend: backend() }))).toBe(0);
  });
});

test('an output that is an input shares its data', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3, 4]);
    const reshaped = runOnCpu('Reshape', { inputs: { x }, attrs: { shape: [2, 2] }, backend: backend() }) as tf.TensorInfo;
    expect(reshaped.dataId).toBe(x.dataId);
    expect(backend().refCount(x.dataId)).toBe(2);
    backend().disposeData(reshaped.dataId);
    expect([...x.dataSync()]).toEqual([1, 2, 3, 4]);
  });
});

test('an output that is a part of an input is a copy', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3, 4]);
    const part = runOnCpu('Slice', { inputs: { x }, attrs: { begin: [1], size: [2] }, backend: backend() }) as tf.TensorInfo;
    x.dispose();
    tf.fill([4], 9);
    expect([...backend().readSync(part.dataId)]).toEqual([2, 3]);
    backend().disposeData(part.dataId);
  });
});

test('an output whose array is wider than its dtype is converted', () => {
  tf.tidy(() => {
    // The cpu kernel hands the bool's bytes on under the name int32.
    const x = tf.tensor1d([1, 0, 1], 'bool');
    const cast = runOnCpu('Cast', { inputs: { x }, attrs: { dtype: 'int32' }, backend: backend() }) as tf.TensorInfo;
    expect(backend().readSync(cast.dataId)).toEqual(Int32Array.of(1, 0, 1));
    backend().disposeData(cast.dataId);
  });
});

test('empty tensors', () => {
  tf.tidy(() => {
    const x = tf.zeros([0, 3]);
    expect(leftBehind(() => runOnCpu('Relu', { inputs: { x }, attrs: {}, backend: backend() }))).toBe(0);
  });
});

test('a failing kernel leaves nothing behind and keeps its error', () => {
  const x = tf.zeros([2, 2]);
  const before = backend().numDataIds();
  const run = () => runOnCpu('Slice', { inputs: { x }, attrs: { begin: [0, 0], size: [3, 3] }, backend: backend() });
  expect(run).toThrow('begin[0] + size[0] (3) would overflow input.shape[0] (2)');
  expect(backend().numDataIds()).toBe(before);
  x.dispose();
});

test('a kernel that nobody has is a named error', () => {
  const run = () => runOnCpu('Nothing', { inputs: {}, attrs: {}, backend: backend() });
  expect(run).toThrow("cpuFallback: expected a kernel that tfjs' cpu backend has, got Nothing. Write a kernel for it.");
});
