import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { type Backend, selectBackend, type WasmHost } from '@kumiko/backend';
import { generator, key } from '@kumiko/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';

const random = (shape: number[]): tf.Tensor => tf.randomUniform(shape, -1, 1, 'float32', 1);
const image = (): tf.Tensor4D => random([2, 33, 31, 16]) as tf.Tensor4D;
const filter = (...shape: number[]): tf.Tensor4D => random(shape) as tf.Tensor4D;

/** Bodies of ours, of tfjs' own and of its cpu backend. */
const programs: Readonly<Record<string, () => tf.Tensor>> = {
  conv2d: () => tf.conv2d(image(), filter(3, 3, 16, 24), 1, 'same'),
  'conv2d with strides': () => tf.conv2d(image(), filter(5, 5, 16, 8), 2, 'valid'),
  'conv2d of points': () => tf.conv2d(image(), filter(1, 1, 16, 64), 1, 'same'),
  conv2dTranspose: () => tf.conv2dTranspose(image(), filter(3, 3, 8, 16), [2, 66, 62, 8], 2, 'same'),
  conv3d: () => tf.conv3d(random([1, 8, 8, 8, 4]) as tf.Tensor5D, random([3, 3, 3, 4, 8]) as tf.Tensor5D, 1, 'same'),
  depthwiseConv2d: () => tf.depthwiseConv2d(image(), filter(3, 3, 16, 1), 1, 'same'),
  matMul: () => tf.matMul(random([200, 300]), random([300, 100])),
  maxPool: () => tf.maxPool(image(), 3, 2, 'same'),
  softmax: () => tf.softmax(random([100, 200])),
  sum: () => tf.sum(random([100, 200]), 0),
  topk: () => tf.topk(random([50, 100]), 10).values,
  transpose: () => tf.transpose(random([4, 5, 6, 3, 2, 4]), [5, 3, 1, 0, 2, 4]),
  mirrorPad: () => tf.mirrorPad(random([30, 20]), [[3, 3], [5, 5]], 'reflect'), // prettier-ignore
  prelu: () => tf.prelu(image(), random([16])),
  resizeBilinear: () => tf.image.resizeBilinear(image(), [50, 60]),
  rotateWithOffset: () => tf.image.rotateWithOffset(image(), 0.3),
  nonMaxSuppression: () => tf.image.nonMaxSuppression(tf.abs(random([50, 4])) as tf.Tensor2D, tf.abs(random([50])) as tf.Tensor1D, 10),
  cropAndResize: () => tf.image.cropAndResize(image(), tf.tensor2d([[0, 0, 1, 1]]), tf.tensor1d([1], 'int32'), [20, 20]),
  batchNorm: () => tf.batchNorm(image(), random([16]), tf.abs(random([16]))),
  einsum: () => tf.einsum('ijk,kl->ijl', random([10, 20, 30]), random([30, 40])),
  fft: () => tf.real(tf.spectral.fft(tf.complex(random([8, 64]), random([8, 64])))),
};

describe.each([1, 2])('%s threads', (threads) => {
  let backend: Backend;
  let host: WasmHost;
  beforeAll(async () => {
    backend = await selectBackend([wasm({ threads })]);
    host = backend.host as WasmHost;
  });
  afterAll(() => backend.dispose());

  const bitsOf = (program: () => tf.Tensor): string =>
    tf.tidy(() => {
      const { buffer, byteOffset, byteLength } = program().dataSync();
      return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    });

  test('on a heap that is nearly full an op gives what it gives on an empty one, or says that there is no room', () => {
    const want = new Map(Object.entries(programs).map(([name, program]) => [name, bitsOf(program)]));
    const dataIds = (): number => (tf.backend() as tf.KernelBackend).numDataIds();
    const before = dataIds();
    const { integer } = generator(key(9));
    const outcomes = { same: 0, full: 0 };
    for (let round = 0; round < 4; round++) {
      const pieces: number[] = [];
      for (let bytes = 2 ** 29; bytes >= 2 ** 10; bytes /= 2)
        try {
          for (;;) pieces.push(host.alloc(bytes));
        } catch {
          // Smaller ones may still be had.
        }
      // Gaps of all sizes, but of the largest only in some rounds.
      for (let gaps = 4 * round; gaps > 0; gaps--) host.free(pieces.splice(round + integer(pieces.length - round), 1)[0] as number);
      for (const [name, program] of Object.entries(programs))
        try {
          expect([name, bitsOf(program)]).toEqual([name, want.get(name)]);
          outcomes.same++;
        } catch (error) {
          if (!String(error).startsWith('KumikoError: wasm: expected room for')) throw error;
          outcomes.full++;
        }
      for (const piece of pieces) host.free(piece);
      expect(dataIds()).toBe(before);
    }
    expect(Math.min(outcomes.same, outcomes.full)).toBeGreaterThan(10);
    for (const [name, program] of Object.entries(programs)) expect(bitsOf(program)).toBe(want.get(name));
  });
});
