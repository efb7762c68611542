import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { type Backend, selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { wasm } from '../wasm.ts';

/** Pieces of the heap that were asked for from JavaScript and not given back: bytes by pointer. */
const live = new Map<number, number>();
/** How many pieces are still to be had. */
let left = Infinity;

let backend: Backend;
beforeAll(async () => {
  const { instantiate } = WebAssembly;
  vi.spyOn(WebAssembly, 'instantiate').mockImplementationOnce((async (binary: WebAssembly.Module, imports: WebAssembly.Imports) => {
    const { exports } = await instantiate(binary, imports);
    const { malloc, free } = exports as Record<string, (value: number) => number>;
    const counted = {
      malloc(bytes: number): number {
        if (left <= 0) return 0;
        left--;
        const pointer = (malloc as (bytes: number) => number)(bytes) >>> 0;
        live.set(pointer, bytes);
        return pointer;
      },
      free(pointer: number): void {
        live.delete(pointer >>> 0);
        free?.(pointer);
      },
    };
    return { exports: { ...exports, ...counted } };
  }) as unknown as typeof WebAssembly.instantiate);
  backend = await selectBackend([wasm({ threads: 1 })]);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await backend.dispose();
});

/** What the engine, the backend and the heap hold. */
function census(): unknown {
  // Without room the blocks that were kept for later are given back.
  left = 0;
  expect(() => backend.host?.alloc(2 ** 20)).toThrow('wasm: expected room for 1 MiB');
  left = Infinity;
  const { numTensors, numBytes, numDataBuffers } = tf.memory();
  const bytes = [...live.values()].reduce((sum, size) => sum + size, 0);
  return { numTensors, numBytes, numDataBuffers, dataIds: (tf.backend() as tf.KernelBackend).numDataIds(), pieces: live.size, bytes };
}

const image = (): tf.Tensor4D => tf.ones([1, 12, 12, 16]);
const filter = (outputs: number): tf.Tensor4D => tf.ones([3, 3, 16, outputs]);

const gradientOf = (kernelName: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): unknown =>
  tf
    .engine()
    .runKernel(
      kernelName,
      { dy: tf.ones([1, 12, 12, 24]), ...inputs },
      { strides: 1, pad: 'same', dataFormat: 'NHWC', dimRoundingMode: 'round', ...attrs },
    );

describe.each<[string, () => unknown]>([
  ['a tensor', () => tf.tensor1d([1, 2, 3])],
  ['Fill', () => tf.fill([4, 4], 1)],
  ['Range', () => tf.range(0, 100)],
  ['Tile', () => tf.tile(tf.ones([64]), [4])],
  ['SplitV', () => tf.split(tf.ones([8, 8]), 4, 1)],
  ['Unpack', () => tf.unstack(tf.ones([4, 8]))],
  ['TopK', () => tf.topk(tf.ones([8, 8]), 3)],
  ['Unique', () => tf.unique(tf.range(0, 20))],
  ['BatchMatMul', () => tf.matMul(tf.ones([70, 70]), tf.ones([70, 70]))],
  ['BatchMatMul with broadcast', () => tf.matMul(tf.ones([2, 1, 8, 8]), tf.ones([1, 3, 8, 8]))],
  ['Conv2D', () => tf.conv2d(image(), filter(32), 1, 'same')],
  ['Conv2DBackpropFilter', () => gradientOf('Conv2DBackpropFilter', { x: image() }, { filterShape: [3, 3, 16, 24] })],
  ['Conv2DBackpropInput', () => gradientOf('Conv2DBackpropInput', { filter: filter(24) }, { inputShape: [1, 12, 12, 16] })],
  ['DepthwiseConv2dNative', () => tf.depthwiseConv2d(image(), tf.ones([3, 3, 16, 1]), 1, 'same')],
  ['gradients', () => tf.grads((x, w) => tf.sum(tf.tanh(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'))))([image(), filter(24)])],
  ['gradients of gradients', () => tf.grad((x) => tf.sum(tf.grad((y) => tf.sum(tf.exp(tf.tanh(y))))(x)))(tf.ones([20]))],
  ['MaxPool', () => tf.maxPool(image(), 2, 2, 'valid')],
  ['ResizeBilinear', () => tf.image.resizeBilinear(image(), [5, 20])],
  ['Sum of columns', () => tf.sum(tf.ones([600, 40]), 0)],
  ['moments', () => tf.moments(tf.ones([60, 40]), [0])],
  ['Softmax', () => tf.softmax(tf.ones([6, 40]))],
  ['Cumsum', () => tf.cumsum(tf.ones([6, 40]), 0)],
  ['Add with broadcast', () => tf.add(tf.ones([30, 1, 40]), tf.ones([20, 1]))],
  ['GatherV2', () => tf.gather(tf.ones([30, 4]), tf.tensor1d([1, 2], 'int32'))],
  ['UnsortedSegmentSum', () => tf.unsortedSegmentSum(tf.ones([3, 4]), tf.tensor1d([0, 1, 0], 'int32'), 2)],
  ['Einsum', () => tf.einsum('ij,jk->ik', tf.ones([8, 8]), tf.ones([8, 8]))],
  ['FFT, which the cpu kernel computes', () => tf.spectral.fft(tf.complex(tf.ones([8]), tf.zeros([8])))],
  ['Complex', () => tf.abs(tf.complex(tf.ones([8]), tf.ones([8])))],
])('%s', (_name, run) => {
  test('leaves everything as it was, whichever piece of memory is not to be had', async () => {
    tf.tidy(() => void run());
    const before = census();
    let failures = 0;
    for (let done = false; !done; failures++) {
      left = failures;
      try {
        tf.tidy(() => void run());
        done = true;
      } catch (error) {
        expect(error).toMatchObject({
          code: 'wasm',
          message: expect.stringMatching(/^wasm: expected room for \d+ bytes on the WASM heap, got a heap of \d+ MiB/) as string,
        });
      }
      // What was kept for gradients goes when the call stack is empty.
      await Promise.resolve();
      expect([failures, census()]).toEqual([failures, before]);
    }
    expect(failures).toBeGreaterThan(1);
  });
});

test('a tensor of another backend stays there when there is no room for it here', async () => {
  await tf.setBackend('cpu');
  const theirs = tf.tensor1d([1, 2, 3]);
  await tf.setBackend('wasm');
  left = 0;
  expect(() => tf.neg(theirs)).toThrow('wasm: expected room for');
  left = Infinity;
  expect([...theirs.dataSync()]).toEqual([1, 2, 3]);
  expect(tf.tidy(() => [...tf.neg(theirs).dataSync()])).toEqual([-1, -2, -3]);
  theirs.dispose();
});

test('values that are too few for their shape leave nothing behind', () => {
  const before = census();
  expect(() => (tf.backend() as tf.KernelBackend).write(new Float32Array(3), [4], 'float32')).toThrow(RangeError);
  expect(census()).toEqual(before);
});

test('more elements than kernels count are refused', () => {
  const before = census();
  expect(() => tf.fill([2 ** 16, 2 ** 15], 1, 'bool' as 'float32')).toThrow(
    'wasm: expected a tensor of at most 2147483647 elements, got one of 2147483648. Cut it into parts.',
  );
  expect(census()).toEqual(before);
});
