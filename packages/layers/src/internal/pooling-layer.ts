import type { Tensor } from '@tensorflow/tfjs-core';
import { shapeOf, type Layer, type Tree } from '@kumiko/core';
import type { PoolingOptions } from '../pooling/pooling-options.ts';
import { imageAxes } from './convolution-layer.ts';
import { singleShape } from './single-shape.ts';
import { windowOf, type Window } from './window.ts';
import { windowOutput } from './window-output.ts';

/** How a kind of pooling computes. */
export interface PoolingKind {
  readonly name: string;
  /** Axes that the window slides over. */
  readonly rank: 1 | 2 | 3;
  pool(x: Tensor, window: Window): Tensor;
}

/** A pooling layer of any rank. */
export function poolingLayer(
  { name: kindName, rank, pool }: PoolingKind,
  options: PoolingOptions<number | readonly number[]>,
): Layer<Tensor, Tensor> {
  const { poolSize = 2, strides = poolSize, padding = 'valid', name = kindName } = options;
  const window = windowOf({ symbol: name, sizeOption: 'poolSize', rank }, { size: poolSize, strides, padding });
  return {
    name,
    init(_key, input) {
      const { shape } = singleShape(name, input, imageAxes(rank), 'Put it behind a layer that makes images.');
      return { params: {}, state: {}, output: shapeOf([shape[0] as number, ...windowOutput(name, shape, window), shape.at(-1) as number]) };
    },
    apply({ state }, x): [Tensor, { state: Tree }] {
      return [pool(x, window), { state }];
    },
  };
}
