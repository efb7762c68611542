import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

const dtypes = ['float32', 'int32', 'bool'] as const;

describe.each(dtypes)('%s', (dtype) => {
  const tensor = (shape: number[]) => {
    const values = [...testValues(tf.util.sizeFromShape(shape), 7)];
    return { shape, dtype, values: values.map((value) => (dtype === 'bool' ? Number(value > 0) : Math.round(value * 1e6))) };
  };

  test.each([
    [[3], [0]],
    [
      [2, 3],
      [1, 0],
    ],
    [
      [4, 4],
      [1, 0],
    ],
    [
      [17, 35],
      [1, 0],
    ],
    [
      [130, 67],
      [1, 0],
    ],
    [
      [400, 501],
      [1, 0],
    ],
    [
      [5, 1, 7],
      [1, 2, 0],
    ],
    [
      [1, 7, 1],
      [2, 1, 0],
    ],
    [
      [0, 7],
      [1, 0],
    ],
    [
      [3, 5, 7],
      [0, 2, 1],
    ],
    [
      [3, 5, 7],
      [1, 0, 2],
    ],
    [
      [3, 5, 7],
      [2, 0, 1],
    ],
    [
      [3, 5, 7],
      [2, 1, 0],
    ],
    [
      [2, 13, 11, 3],
      [0, 3, 1, 2],
    ],
    [
      [2, 3, 13, 11],
      [0, 2, 3, 1],
    ],
    [
      [4, 20, 3, 16],
      [0, 2, 1, 3],
    ],
    [
      [4, 20, 3, 16],
      [0, 2, 3, 1],
    ],
    [
      [3, 4, 5, 6, 7],
      [4, 2, 0, 3, 1],
    ],
    [
      [2, 3, 2, 3, 2, 3],
      [5, 4, 3, 2, 1, 0],
    ],
    [
      [3, 4, 30, 6, 7],
      [4, 2, 0, 3, 1],
    ],
    [
      [2, 4, 9, 8, 3, 5],
      [5, 3, 0, 4, 2, 1],
    ],
    [
      [2, 2, 2, 2, 2, 2, 2],
      [6, 4, 2, 0, 5, 3, 1],
    ],
  ])('Transpose of %j by %j', (shape, perm) => compareWithCpu('Transpose', { x: tensor(shape) }, { perm }, 0));

  test('Reverse', () => {
    for (const [shape, dims] of [
      [[9], [0]],
      [[5, 33], [1]],
      [[33, 5], [0]],
      [
        [3, 4, 5],
        [0, 2],
      ],
      [
        [3, 4, 5],
        [0, 1, 2],
      ],
      [[60_001, 3], [0]],
    ] as const)
      // prettier-ignore
      compareWithCpu('Reverse', { x: tensor([...shape]) }, { dims: [...dims] }, 0);
  });

  test('Tile', () => {
    for (const [shape, reps] of [
      [[1], [9]],
      [
        [5, 3],
        [2, 3],
      ],
      [
        [1, 33],
        [70, 1],
      ],
      [
        [33, 1],
        [1, 70],
      ],
      [
        [2, 3, 4],
        [3, 1, 2],
      ],
      [
        [2, 3, 2, 3],
        [2, 2, 2, 2],
      ],
      [[4], [0]],
    ] as const)
      // prettier-ignore
      compareWithCpu('Tile', { x: tensor([...shape]) }, { reps: [...reps] }, 0);
  });

  test('Concat and Pack', () => {
    for (const [shapes, axis] of [[[[3], [5]], 0], [[[2, 3], [2, 4], [2, 0], [2, 1]], 1], [[[3, 5], [40, 5]], 0], [[[3, 300, 40], [3, 7, 40]], 1], [[[0, 3], [2, 3]], 0]] as const) // prettier-ignore
      compareWithCpu('Concat', shapes.map((shape) => tensor([...shape])), { axis }, 0); // prettier-ignore
    for (const axis of [0, 1, 2]) compareWithCpu('Pack', [tensor([5, 7]), tensor([5, 7]), tensor([5, 7])], { axis }, 0);
    compareWithCpu('Pack', [tensor([]), tensor([])], { axis: 0 }, 0);
  });

  test('StridedSlice', () => {
    const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    const x = tensor([9, 11, 5]);
    for (const [begin, end, strides] of [
      [
        [0, 0, 0],
        [9, 11, 5],
        [2, 3, 1],
      ],
      [
        [8, 10, 4],
        [0, 1, 0],
        [-3, -1, -2],
      ],
      [
        [1, 2, 3],
        [4, 9, 4],
        [1, 1, 1],
      ],
      [
        [5, 0, 0],
        [5, 11, 5],
        [2, 1, 1],
      ],
    ])
      // prettier-ignore
      compareWithCpu('StridedSlice', { x }, { begin, end, strides, ...masks } as never, 0);
    compareWithCpu('StridedSlice', { x }, { begin: [1, 0, 0], end: [2, 11, 5], strides: [1, 2, 2], ...masks, shrinkAxisMask: 1 }, 0);
    for (const mask of [
      { beginMask: 7, endMask: 7 },
      { beginMask: 7, endMask: 7, shrinkAxisMask: 0, newAxisMask: 1 },
      { beginMask: 6, endMask: 6 },
      { endMask: 4, shrinkAxisMask: 2 },
      { newAxisMask: 2, shrinkAxisMask: 1 },
      { ellipsisMask: 2 },
    ])
      compareWithCpu('StridedSlice', { x }, { begin: [2, 3, 1], end: [4, 9, 5], strides: [1, 1, 1], ...masks, ...mask }, 0);
    // The cpu kernel takes an end before the beginning for an error, or for the end of the axis.
    for (const end of [3, 6]) expect(tf.tidy(() => tf.stridedSlice(tf.ones([9, 2]), [7], [end], [1]).shape)).toEqual([0, 2]);
    compareWithCpu('StridedSlice', { x: tensor([2, 1, 2, 1, 2, 1, 3]) }, { begin: [0], end: [2], strides: [2], ...masks }, 0);
  });

  test('PadV2 and MirrorPad', () => {
    for (const [shape, paddings] of [
      [[7], [[2, 3]]],
      [
        [3, 5],
        [
          [0, 2],
          [1, 0],
        ],
      ],
      [
        [2, 13, 11, 3],
        [
          [0, 0],
          [1, 2],
          [3, 0],
          [0, 0],
        ],
      ],
      [
        [3, 40, 40, 20],
        [
          [1, 1],
          [2, 2],
          [3, 3],
          [1, 2],
        ],
      ],
      [
        [4, 3],
        [
          [0, 0],
          [0, 0],
        ],
      ],
      [[9001], [[30, 31]]],
      [
        [70, 3, 81],
        [
          [2, 0],
          [1, 1],
          [5, 6],
        ],
      ],
      [
        [3, 4, 5, 6, 7, 8],
        [
          [1, 1],
          [1, 0],
          [0, 1],
          [2, 2],
          [1, 1],
          [0, 3],
        ],
      ],
    ] as const) {
      // prettier-ignore
      const attrs = { paddings: paddings as never, constantValue: dtype === 'float32' ? -1.5 : 1 };
      compareWithCpu('PadV2', { x: tensor([...shape]) }, attrs, 0);
      for (const mode of ['reflect', 'symmetric']) {
        if (dtype === 'bool' || paddings.some(([a, b], i) => Math.max(a, b) >= shape[i]!)) continue;
        compareWithCpu('MirrorPad', { x: tensor([...shape]) }, { paddings: paddings as never, mode }, 0);
      }
    }
    compareWithCpu('PadV2', { x: tensor([0, 3]) }, { paddings: [[1, 1], [0, 1]], constantValue: 1 }, 0); // prettier-ignore
  });
});

test('complex numbers move as pairs', () => {
  const values = tf.tidy(() => {
    const x = tf.complex(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor2d([-1, -2, -3, -4, -5, -6], [2, 3]));
    return tf.concat([tf.transpose(x), tf.reverse(tf.transpose(x), 0)], 1).dataSync();
  });
  expect([...values]).toEqual([1, -1, 4, -4, 3, -3, 6, -6, 2, -2, 5, -5, 2, -2, 5, -5, 3, -3, 6, -6, 1, -1, 4, -4]);
});

test('what does not move is shared', () => {
  const x = tf.zeros([1, 4, 1, 5]);
  const before = tf.backend().numDataIds();
  const y = tf.transpose(x, [1, 0, 3, 2]);
  expect(y.shape).toEqual([4, 1, 5, 1]);
  expect(tf.backend().numDataIds()).toBe(before);
  tf.dispose([x, y]);
  expect(tf.backend().numDataIds()).toBe(before - 1);
});
