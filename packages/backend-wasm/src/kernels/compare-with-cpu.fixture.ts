import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { KernelBody, KernelCall } from './wasm-kernel.ts';

/** An input of a kernel under test: values are drawn from [-1, 1) where none are given. */
export interface TestInput {
  readonly shape: number[];
  readonly dtype?: 'float32' | 'int32' | 'bool';
  readonly values?: readonly number[];
}

/** The same numbers in every run, in [-1, 1). */
export function testValues(size: number, seed: number): Float32Array {
  let state = seed + 1;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** What tfjs' cpu kernel computes, which adds up in double precision. */
function onCpu(kernelName: string, inputs: Record<string, tf.Tensor> | tf.Tensor[], attrs: tf.NamedAttrMap) {
  const cpu = new MathBackendCPU();
  (cpu as unknown as { firstUse: boolean }).firstUse = false;
  const convert = (tensor: tf.Tensor) =>
    Object.assign(cpu.makeTensorInfo(tensor.shape, tensor.dtype, tensor.dataSync() as Float32Array), { rank: tensor.rank });
  const named = Array.isArray(inputs)
    ? inputs.map(convert)
    : Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, convert(x)]));
  const run = tf.getKernel(kernelName, 'cpu').kernelFunc as unknown as KernelBody;
  const outputs = [run({ inputs: named, attrs, backend: cpu } as unknown as KernelCall)].flat();
  return outputs.map(({ dataId, shape, dtype }) => ({ values: cpu.readSync(dataId) as Float32Array, shape, dtype }));
}

/**
 * Runs a kernel on the current backend and on tfjs' cpu backend, and fails unless shapes and dtypes of all outputs are equal, the values differ by at most
 * `tolerance * max(1, |expected|)` and nothing is left behind.
 */
export function compareWithCpu(
  kernelName: string,
  inputs: Record<string, TestInput> | TestInput[],
  attrs: tf.NamedAttrMap = {},
  tolerance = 2e-5,
): void {
  const before = { ...tf.memory() };
  tf.tidy(() => {
    let seed = 0;
    const make = ({ shape, dtype = 'float32', values }: TestInput) =>
      tf.tensor([...(values ?? testValues(tf.util.sizeFromShape(shape), seed++))], shape, dtype);
    const tensors = Array.isArray(inputs)
      ? inputs.map(make)
      : Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, make(x)]));
    const expected = onCpu(kernelName, tensors, attrs);
    const actual: tf.Tensor[] = [tf.engine().runKernel(kernelName, tensors as tf.NamedTensorMap, attrs)].flat();
    expect(actual).toHaveLength(expected.length);
    for (const [i, { shape, dtype, values: wanted }] of expected.entries()) {
      expect(actual[i]!.shape).toEqual(shape);
      expect(actual[i]!.dtype).toBe(dtype);
      const values = actual[i]!.dataSync();
      expect(values).toHaveLength(wanted.length);
      const isWrong = (value: number, other: number) =>
        !Object.is(value, other) && !(Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(other)));
      const wrong = [...values].findIndex((value, place) => isWrong(value, wanted[place]!));
      expect(wrong, `value ${values[wrong]} at ${wrong}, expected ${wanted[wrong]}`).toBe(-1);
    }
  });
  expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers, numBytes: before.numBytes });
}
