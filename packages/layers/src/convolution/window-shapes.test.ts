import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { isKumikoError, key, shapeOf, type Layer, type ShapeTree } from '@kumiko/core';
import type { Padding } from '../padding.ts';
import { averagePool1d } from '../pooling/average-pool1d.ts';
import { maxPool1d } from '../pooling/max-pool1d.ts';
import { maxPool3d } from '../pooling/max-pool3d.ts';
import { conv1dTranspose } from './conv1d-transpose.ts';
import { conv1d } from './conv1d.ts';
import { conv3d } from './conv3d.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';

interface WindowRow {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
}

const paddings: readonly Padding[] = ['valid', 'same', 0, 1, 2];

/** Every window that slides or is dilated. */
const windows: readonly WindowRow[] = [1, 2, 3, 4].flatMap((size) =>
  [1, 2, 3].flatMap((stride) =>
    [1, 2].flatMap((dilation) => (stride > 1 && dilation > 1 ? [] : paddings.map((padding) => ({ size, stride, dilation, padding })))),
  ),
);

type Make = (window: WindowRow) => Layer<tf.Tensor, tf.Tensor>;

/** Layers by the axes between batch and channels. */
const rows: readonly (readonly [name: string, rank: 1 | 2 | 3, make: Make])[] = [
  [
    'conv1d',
    1,
    ({ size, stride, dilation, padding }) => conv1d({ filters: 2, kernelSize: size, strides: stride, dilationRate: dilation, padding }),
  ],
  [
    'depthwiseConv2d',
    2,
    ({ size, stride, dilation, padding }) => depthwiseConv2d({ kernelSize: size, strides: stride, dilationRate: dilation, padding }),
  ],
  [
    'conv3d',
    3,
    ({ size, stride, dilation, padding }) => conv3d({ filters: 1, kernelSize: size, strides: stride, dilationRate: dilation, padding }),
  ],
  ['maxPool1d', 1, ({ size, stride, padding }) => maxPool1d({ poolSize: size, strides: stride, padding })],
  ['averagePool1d', 1, ({ size, stride, padding }) => averagePool1d({ poolSize: size, strides: stride, padding })],
  ['maxPool3d', 3, ({ size, stride, padding }) => maxPool3d({ poolSize: size, strides: stride, padding })],
  ['conv1dTranspose', 1, ({ size, stride, padding }) => conv1dTranspose({ filters: 2, kernelSize: size, strides: stride, padding })],
];

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** The inferred shape, or undefined where the layer refuses. */
function inferred(layer: Layer<tf.Tensor, tf.Tensor>, shape: number[]): ReturnType<typeof layer.init> | undefined {
  try {
    return layer.init(key(0), shapeOf(shape));
  } catch (error) {
    if (isKumikoError(error)) return undefined;
    throw error;
  }
}

test.each(rows)('%s: what init infers is what apply gives, for every window', (_name, rank, make) => {
  let compared = 0;
  for (const window of windows) {
    for (const length of rank === 3 ? [1, 4] : [1, 2, 5, 6]) {
      tf.tidy(() => {
        const layer = make(window);
        const shape = [1, ...Array.from({ length: rank }, () => length), 2];
        const made = inferred(layer, shape);
        if (!made) return;
        const [y] = layer.apply(made, tf.ones(shape), { training: true });
        expect([window, length, shapeOf(y.shape) as ShapeTree]).toEqual([window, length, made.output]);
        compared += 1;
      });
    }
  }
  expect(compared).toBeGreaterThan(80);
});
