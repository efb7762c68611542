import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 1 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const z = () => tf.complex(tf.tensor1d([3, -1, 0]), tf.tensor1d([4, 0.5, -2]));

test('joins, reads and takes apart', () => {
  tf.tidy(() => {
    expect(z().dataSync()).toEqual(Float32Array.of(3, 4, -1, 0.5, 0, -2));
    expect([...tf.real(z()).dataSync()]).toEqual([3, -1, 0]);
    expect([...tf.imag(z()).dataSync()]).toEqual([4, 0.5, -2]);
  });
});

test('reads asynchronously and in part', async () => {
  const x = z();
  expect(await x.data()).toEqual(Float32Array.of(3, 4, -1, 0.5, 0, -2));
  expect(tf.backend().readSync(x.dataId)).toHaveLength(6);
  const read = tf.backend().readSync.bind(tf.backend()) as (id: object, start: number, end: number) => Float32Array;
  expect(read(x.dataId, 1, 2)).toEqual(Float32Array.of(-1, 0.5));
  x.dispose();
});

test('absolute values of any count, in parts and of infinities', () => {
  const numbers = [0.3, -4, Infinity, -Infinity, Number.NaN, 0, -0, 3e38, 1e-40, 7];
  for (const size of [0, 1, 2, 3, 4, 5, 19, 70_001]) {
    const re = Float32Array.from({ length: size }, (_, i) => numbers[i % 10]!);
    const im = Float32Array.from({ length: size }, (_, i) => numbers[Math.floor(i / 3) % 10]!);
    const got = tf.tidy(() => tf.abs(tf.complex(re, im)).dataSync());
    expect(got).toEqual(re.map((value, i) => Math.hypot(value, im[i]!)));
  }
});

test('the absolute value neither overflows nor underflows on the way', () => {
  tf.tidy(() => {
    // |3 + 4i| = 5, |-1 + 0.5i| = sqrt(1.25), |-2i| = 2.
    expect(tf.abs(z()).dataSync()).toEqual(Float32Array.of(5, Math.sqrt(1.25), 2));
    const large = tf.complex(tf.tensor1d([3e30, 3e-30]), tf.tensor1d([4e30, 4e-30]));
    expect(tf.abs(large).dataSync()).toEqual(Float32Array.of(5e30, 5e-30));
  });
});

test('arithmetic and movement', () => {
  tf.tidy(() => {
    // (3 + 4i)^2 = -7 + 24i; (-1 + 0.5i)^2 = 0.75 - i; (-2i)^2 = -4 - 0i.
    expect([...tf.mul(z(), z()).dataSync()]).toEqual([-7, 24, 0.75, -1, -4, -0]);
    expect([...tf.add(z(), z()).dataSync()]).toEqual([6, 8, -2, 1, 0, -4]);
    expect([...tf.slice(z(), [1], [1]).dataSync()]).toEqual([-1, 0.5]);
    expect([...tf.reshape(z(), [3, 1]).dataSync()]).toEqual([...z().dataSync()]);
    expect([...tf.concat([z(), z()]).dataSync()]).toEqual([...z().dataSync(), ...z().dataSync()]);
    expect([...tf.onesLike(z()).dataSync()]).toEqual([1, 0, 1, 0, 1, 0]);
    expect([...tf.zerosLike(z()).dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...tf.clone(z()).dataSync()]).toEqual([...z().dataSync()]);
  });
});

test('casts', () => {
  tf.tidy(() => {
    expect([...tf.cast(z(), 'float32').dataSync()]).toEqual([3, -1, 0]);
    expect([...tf.cast(z(), 'bool').dataSync()]).toEqual([1, 1, 0]);
    expect([...tf.cast(tf.tensor1d([2, 7], 'int32'), 'complex64').dataSync()]).toEqual([2, 0, 7, 0]);
    expect([...tf.cast(z(), 'complex64').dataSync()]).toEqual([...z().dataSync()]);
  });
});

test('what the cpu backend refuses is refused', () => {
  expect(() => tf.tidy(() => tf.engine().runKernel('Sqrt', { x: z() }))).toThrow('does not support complex64 tensors');
});

test('nothing is left behind', () => {
  const before = { ...tf.memory(), ids: tf.backend().numDataIds() };
  tf.tidy(() => tf.abs(tf.mul(tf.fft(z()), tf.ifft(z()))).dataSync());
  expect({ ...tf.memory(), ids: tf.backend().numDataIds() }).toEqual(before);
});

test('empty tensors', () => {
  tf.tidy(() => {
    const x = tf.complex(tf.zeros([0]), tf.zeros([0]));
    expect(x.dataSync()).toHaveLength(0);
    expect(tf.real(x).shape).toEqual([0]);
  });
});
