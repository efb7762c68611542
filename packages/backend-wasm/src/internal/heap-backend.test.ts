import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { type Backend, selectBackend } from '@kumiko/backend';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { wasm } from '../wasm.ts';
import type { HeapBackend } from './heap-backend.ts';
import type { StockModule } from './stock-module.ts';

let handle: Backend;
beforeAll(async () => {
  handle = await selectBackend([wasm({ threads: 1 })]);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => handle.dispose());

const heapBackend = (): HeapBackend => tf.backend() as HeapBackend;

/** Comes upon tensors as a kernel of tfjs' own does. */
const look = (...tensors: tf.TensorInfo[]): number[] => tensors.map(({ dataId }) => heapBackend().dataIdMap.get(dataId).id);

/** Numbers of the tensors that tfjs' WASM code is told of while `run` runs, and those it is told to forget. */
function announced(run: () => void): { known: number[]; forgotten: number[] } {
  const module = (heapBackend().wasm as unknown as StockModule).tfjs;
  const known = vi.spyOn(module, 'registerTensor');
  const forgotten = vi.spyOn(module, 'disposeData');
  run();
  return { known: known.mock.calls.map(([id]) => id), forgotten: forgotten.mock.calls.map(([id]) => id) };
}

test("tfjs' WASM code does not learn of tensors that its kernels never see", () => {
  const { known, forgotten } = announced(() => tf.dispose(tf.tidy(() => tf.add(tf.sign(tf.tensor1d([-1, 2])), 1))));
  expect({ known, forgotten }).toEqual({ known: [], forgotten: [] });
});

test("a tensor that tfjs' kernels see has one number there until it is disposed", () => {
  const x = tf.tensor1d([3, -4]);
  const y = tf.tensor1d([5]);
  const { known, forgotten } = announced(() => {
    expect(look(x)).toEqual(look(x, y, x).slice(2));
    tf.dispose([x, y]);
  });
  expect(new Set(known).size).toBe(2);
  expect(forgotten).toEqual(known);
});

test('data stay as long as somebody refers to them', () => {
  const backend = heapBackend();
  const before = backend.numDataIds();
  const { dataId } = backend.makeOutput([2], 'float32');
  backend.incRef(dataId);
  expect(backend.refCount(dataId)).toBe(2);
  expect([backend.disposeData(dataId), backend.numDataIds()]).toEqual([false, before + 1]);
  expect([backend.disposeData(dataId), backend.numDataIds()]).toEqual([true, before]);
  expect([backend.disposeData(dataId), backend.refCount(dataId), backend.numDataIds()]).toEqual([true, 0, before]);
  const forced = backend.makeOutput([2], 'float32');
  backend.incRef(forced.dataId);
  expect([backend.disposeData(forced.dataId, true), backend.numDataIds()]).toEqual([true, before]);
});

test('an output over memory that somebody else made lies there', () => {
  const { host } = handle as { host: { alloc(bytes: number): number; floats(): Float32Array } };
  const pointer = host.alloc(8);
  host.floats().set([5, 6], pointer >>> 2);
  const output = heapBackend().makeOutput([2], 'float32', pointer);
  expect(heapBackend().getMemoryOffset(output.dataId)).toBe(pointer);
  expect([...tf.engine().makeTensorFromTensorInfo(output).dataSync()]).toEqual([5, 6]);
  const { known } = announced(() => look(output));
  expect(known).toHaveLength(1);
});

test('tensors come from another backend and go to one, strings and complex numbers as well', async () => {
  const before = heapBackend().numDataIds();
  const read = (f: () => tf.Tensor): unknown => [...tf.tidy(() => f().dataSync())];
  await tf.setBackend('cpu');
  const theirs = [tf.tensor1d([1.5, 2]), tf.tensor1d(['a', 'ü']), tf.complex([1, 2], [3, 4])] as const;
  await tf.setBackend('wasm');
  expect(read(() => tf.abs(theirs[0]))).toEqual([1.5, 2]);
  expect(read(() => tf.reshape(theirs[1], [2, 1]))).toEqual(['a', 'ü']);
  expect(read(() => tf.imag(theirs[2]))).toEqual([3, 4]);
  const ours = [tf.tensor1d([7, 8]), tf.tensor1d(['b'])] as const;
  await tf.setBackend('cpu');
  expect(read(() => tf.neg(ours[0]))).toEqual([-7, -8]);
  expect(read(() => tf.reshape(ours[1], [1, 1]))).toEqual(['b']);
  await tf.setBackend('wasm');
  tf.dispose([...theirs, ...ours]);
  expect(heapBackend().numDataIds()).toBe(before);
});
