import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { CarryingId } from './heap-storage.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const infos = (): WeakMap<object, { readonly shape: number[] }> =>
  (tf.engine() as unknown as { readonly state: { readonly tensorInfo: WeakMap<object, { readonly shape: number[] }> } }).state.tensorInfo;

test("the engine's knowledge of a tensor hangs on its identity, and goes with it", () => {
  const { dataId } = tf.zeros([2, 3]);
  expect(dataId).toBeInstanceOf(CarryingId);
  expect(infos().has(dataId)).toBe(true);
  expect(infos().get(dataId)?.shape).toEqual([2, 3]);
  expect((dataId as CarryingId).engineInfo).toBe(infos().get(dataId));
  expect(infos().delete(dataId)).toBe(true);
  expect([infos().has(dataId), infos().get(dataId), infos().delete(dataId)]).toEqual([false, undefined, false]);
});

test('a disposed tensor leaves nothing behind', async () => {
  const before = tf.memory();
  await trackLeaks(() => tf.tidy(() => void tf.add(tf.ones([3]), 1)));
  expect(tf.memory()).toEqual(before);
  const x = tf.ones([3]);
  const dataId = x.dataId as CarryingId;
  x.dispose();
  expect([dataId.engineInfo, dataId.value]).toEqual([undefined, undefined]);
});

test('tensors of another backend stay known, and move here and back', async () => {
  await selectBackend([cpu()]);
  const there = tf.tensor1d([1, 2, 3]);
  expect(infos().get(there.dataId)?.shape).toEqual([3]);
  await tf.setBackend('wasm');
  const here = tf.mul(there, 2);
  expect(await here.data()).toEqual(Float32Array.of(2, 4, 6));
  await tf.setBackend('cpu');
  expect(await tf.add(here, there).data()).toEqual(Float32Array.of(3, 6, 9));
  await tf.setBackend('wasm');
  tf.dispose([there, here]);
  expect([infos().has(there.dataId), infos().has(here.dataId)]).toEqual([false, false]);
});
