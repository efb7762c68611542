import type { Tensor } from '@tensorflow/tfjs-core';
import { check, formatShape, shapeOf, type Layer, type Tree } from '@kumiko/core';
import type { GlobalPoolOptions } from '../pooling/global-pool-options.ts';
import { singleShape } from './single-shape.ts';

/** A layer that reduces all axes between the batch and the channels. */
export function globalPoolingLayer(
  kindName: string,
  reduce: (x: Tensor, axes: number[], keepDims: boolean) => Tensor,
  { keepDims = false, name = kindName }: GlobalPoolOptions,
): Layer<Tensor, Tensor> {
  return {
    name,
    init(_key, input) {
      const { shape } = singleShape(name, input);
      check(
        shape.length >= 3,
        name,
        () => `expected input [batch,positions...,channels], got ${formatShape(shape)}. Put it behind a layer that makes images.`,
      );
      const [batch, channels] = [shape[0], shape.at(-1)] as [number, number];
      return { params: {}, state: {}, output: shapeOf([batch, ...(keepDims ? shape.slice(1, -1).map(() => 1) : []), channels]) };
    },
    apply({ state }, x): [Tensor, { state: Tree }] {
      const axes = x.shape.slice(1, -1).map((_size, axis) => axis + 1);
      return [reduce(x, axes, keepDims), { state }];
    },
  };
}
