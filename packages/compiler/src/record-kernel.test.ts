import type * as tf from '@tensorflow/tfjs-core';
import { type WasmHost, wasmHost } from '@kumiko/backend';
import { expect, test } from 'vitest';
import { type KernelInput, recordKernel } from './record-kernel.ts';

interface Backend {
  makeOutput(shape: number[], dtype: string): tf.TensorInfo;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array;
  readonly dataIdMap: { get(dataId: object): { readonly id: number; readonly shape: number[] } };
}
type Body = (inputs: Record<string, tf.TensorInfo>, backend: Backend, host: WasmHost) => tf.TensorInfo;

const host = { threads: 2, relaxedSimd: false, importName: '0', parameters: () => [] } as unknown as WasmHost;
const x: KernelInput = { shape: [2, 3], dtype: 'float32', buffer: 4 };
const record = (body: Body): ReturnType<typeof recordKernel> => {
  const kernelFunc = (({ inputs, backend }: { inputs: Record<string, tf.TensorInfo>; backend: Backend }) =>
    body(inputs, backend, wasmHost(backend))) as unknown as tf.KernelFunc;
  return recordKernel({ kernelName: 'Test', backendName: 'wasm', kernelFunc }, { x }, {}, host, 10);
};

test('calls are written down with pointers as places in buffers', () => {
  const recorded = record((inputs, backend, { alloc, free, parallel, pointer }) => {
    const out = backend.makeOutput([3], 'float32');
    const scratch = alloc(40);
    parallel('first', 3, [pointer((inputs['x'] as tf.TensorInfo).dataId) + 8, 7, scratch]);
    parallel('second', 1, [scratch + 16, pointer(out.dataId), 0.5]);
    free(scratch);
    return out;
  });
  expect(recorded).toMatchObject({ outputs: [10], made: [12, 40], constants: [] });
  expect((recorded as Exclude<typeof recorded, string>).calls).toMatchObject([
    { tasks: 3, args: [{ buffer: 4, offset: 8 }, 7, { buffer: 11, offset: 0 }], reads: [4], writes: [11] },
    { tasks: 1, args: [{ buffer: 11, offset: 16 }, { buffer: 10, offset: 0 }, 0.5], reads: [], writes: [11, 10] },
  ]);
});

test('work is cut finer than where JavaScript hands it out', () => {
  const recorded = record((_inputs, backend, { grain, parallel }) => {
    parallel('some', 2 / grain, []);
    return backend.makeOutput([1], 'float32');
  });
  expect(recorded).toMatchObject({ calls: [{ tasks: 32 }] });
});

test('what a kernel writes by itself becomes a constant and a copy', () => {
  const recorded = record((_inputs, backend, { alloc, write }) => {
    write(alloc(8), Int32Array.of(5, 6));
    return backend.makeOutput([1], 'float32');
  });
  expect(recorded).toMatchObject({
    constants: [Int32Array.of(5, 6)],
    calls: [
      {
        target: { kind: 'copy', bytes: 8 },
        args: [
          { buffer: 10, offset: 0 },
          { buffer: 12, offset: 0 },
        ],
      },
    ],
  });
});

test('an input that is passed on is an alias', () => {
  const recorded = record((inputs, backend) => {
    const { dataId, dtype } = inputs['x'] as tf.TensorInfo;
    backend.incRef(dataId);
    return { dataId, dtype, shape: [6] };
  });
  expect(recorded).toEqual({ calls: [], outputs: [4], made: [], constants: [] });
});

test.each<[string, Body]>([
  ['uses backend.typedArrayFromHeap', (inputs, backend) => (backend.typedArrayFromHeap(inputs['x'] as never), inputs['x'] as never)],
  ['uses host.floats', (inputs, _backend, { floats }) => (floats(), inputs['x'] as never)],
  [
    "is tfjs' own body, which runs on one thread",
    (inputs, { dataIdMap }) => (dataIdMap.get((inputs['x'] as tf.TensorInfo).dataId).id, inputs['x'] as never),
  ],
  [
    'computes with addresses',
    (inputs, _backend, { parallel, pointer }) => {
      parallel('a', 1, [pointer((inputs['x'] as tf.TensorInfo).dataId) >>> 2]);
      return inputs['x'] as tf.TensorInfo;
    },
  ],
  [
    'writes addresses into memory',
    (inputs, _backend, { alloc, write, pointer }) => {
      write(alloc(4), Int32Array.of(pointer((inputs['x'] as tf.TensorInfo).dataId)));
      return inputs['x'] as tf.TensorInfo;
    },
  ],
])('a kernel that %s is not replayed', (reason, body) => {
  expect(record(body)).toBe(reason);
});
