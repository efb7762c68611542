import { selectBackend } from '@kumiko/backend';
import { backend_util } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

type Shape5D = [number, number, number, number, number];

test.each<[x: Shape5D, filter: Shape5D, strides: [number, number, number], pad: 'same' | 'valid', dilations: [number, number, number]]>([
  [[2, 6, 7, 8, 5], [3, 3, 3, 5, 7], [1, 1, 1], 'same', [1, 1, 1]],
  [[2, 6, 7, 8, 5], [3, 3, 3, 5, 7], [1, 1, 1], 'valid', [1, 1, 1]],
  [[2, 7, 9, 8, 4], [2, 3, 2, 4, 8], [2, 2, 2], 'same', [1, 1, 1]],
  [[1, 7, 9, 8, 4], [3, 2, 3, 4, 8], [2, 1, 3], 'valid', [1, 1, 1]],
  [[3, 5, 8, 8, 4], [1, 3, 3, 4, 6], [1, 2, 1], 'same', [1, 1, 1]],
  // Taps of the depth that see nothing but padding, and frames that no window sees.
  [[2, 2, 8, 8, 6], [5, 3, 3, 6, 6], [1, 1, 1], 'same', [1, 1, 1]],
  [[2, 8, 8, 8, 6], [1, 3, 3, 6, 6], [3, 1, 1], 'same', [1, 1, 1]],
  // Two sums of eight and more parts.
  [[1, 9, 6, 6, 3], [9, 3, 3, 3, 4], [1, 1, 1], 'same', [1, 1, 1]],
  [[2, 8, 8, 8, 4], [3, 3, 3, 4, 6], [1, 1, 1], 'valid', [2, 1, 2]],
  [[2, 13, 17, 16, 8], [2, 3, 2, 8, 16], [2, 2, 2], 'same', [1, 1, 1]],
  [[1, 13, 15, 16, 8], [3, 2, 3, 8, 16], [2, 1, 3], 'valid', [1, 1, 1]],
  [[2, 2, 12, 12, 6], [5, 3, 3, 6, 10], [1, 1, 1], 'same', [1, 1, 1]],
  [[2, 8, 16, 16, 6], [1, 3, 3, 6, 6], [3, 1, 1], 'same', [1, 1, 1]],
  [[2, 10, 12, 12, 4], [3, 3, 3, 4, 6], [1, 1, 1], 'valid', [2, 1, 2]],
  // So few products that one kernel makes them.
  [[2, 4, 5, 6, 3], [2, 3, 2, 3, 5], [2, 1, 3], 'same', [1, 1, 1]],
  [[1, 4, 5, 6, 5], [2, 2, 3, 5, 1], [1, 3, 2], 'valid', [1, 1, 1]],
  [[2, 7, 9, 8, 3], [3, 3, 3, 3, 6], [1, 1, 1], 'same', [2, 3, 2]],
  [[1, 6, 8, 8, 4], [2, 2, 2, 4, 8], [3, 3, 3], 'same', [1, 1, 1]],
  [[1, 3, 3, 3, 1], [2, 2, 2, 1, 2], [1, 1, 1], 'same', [1, 1, 1]],
])('%j with %j by %j, %s, dilated by %j', (x, filter, strides, pad, dilations) => {
  compareWithCpu('Conv3D', { x: { shape: x }, filter: { shape: filter } }, { strides, pad, dilations, dataFormat: 'NDHWC' });
  if (dilations.some((dilation) => dilation > 1)) return;
  const { outShape } = backend_util.computeConv3DInfo(x, filter, strides, 1, pad);
  const dy = { shape: outShape };
  compareWithCpu('Conv3DBackpropFilterV2', { x: { shape: x }, dy }, { strides, pad, filterShape: filter }, 5e-5);
  compareWithCpu('Conv3DBackpropInputV2', { dy, filter: { shape: filter } }, { strides, pad, inputShape: x });
});
