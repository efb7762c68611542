import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, shapeOf, type Layer, type Tree } from '@kumiko/core';
import type { AdaptivePoolOptions } from '../pooling/adaptive-pool-options.ts';
import { checkPositiveInteger } from './check-positive-integer.ts';
import { singleShape } from './single-shape.ts';

type Reduce = (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor;

/** Reduces the parts of one axis. A box is reduced axis by axis: its rows have one length, so that a mean of means is its mean. */
function reduceParts(x: tf.Tensor, axis: number, parts: number, reduce: Reduce): tf.Tensor {
  const length = x.shape[axis] as number;
  const reduced = Array.from({ length: parts }, (_unused, part) => {
    const start = Math.floor((part * length) / parts);
    const end = Math.ceil(((part + 1) * length) / parts);
    const begin = x.shape.map((_size, i) => (i === axis ? start : 0));
    const size = x.shape.map((all, i) => (i === axis ? end - start : all));
    return reduce(tf.slice(x, begin, size), [axis], true);
  });
  return tf.concat(reduced, axis);
}

/** A layer that reduces an input to a given size. */
export function adaptivePoolingLayer(
  kindName: string,
  reduce: Reduce,
  { outputSize, name = kindName }: AdaptivePoolOptions,
): Layer<tf.Tensor, tf.Tensor> {
  for (const size of outputSize) checkPositiveInteger(name, 'outputSize', size);
  return {
    name,
    init(_key, input) {
      const { shape } = singleShape(name, input);
      check(
        shape.length === outputSize.length + 2 && outputSize.length > 0,
        name,
        () =>
          `expected input with ${outputSize.length} axes between batch and channels, got ${formatShape(shape)}. Give outputSize one number for each such axis.`,
      );
      return { params: {}, state: {}, output: shapeOf([shape[0] as number, ...outputSize, shape.at(-1) as number]) };
    },
    apply({ state }, x): [tf.Tensor, { state: Tree }] {
      return [outputSize.reduce((y, parts, i) => reduceParts(y, i + 1, parts, reduce), x), { state }];
    },
  };
}
