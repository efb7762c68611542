import type * as tf from '@tensorflow/tfjs-core';
import { check, uniqueNames, type Layer, type ShapeTree } from '@kumiko/core';
import { composite, type Composite } from '../composite.ts';
import { checkMerge, mergeShapes, mergeTensors } from '../internal/merge.ts';
import { singleShape } from '../internal/single-shape.ts';

/** How {@link parallel} joins what its branches give. */
export type Merge = 'concat' | 'sum' | 'product' | 'average' | 'maximum';

/** Options of {@link parallel}. */
export interface ParallelOptions {
  /** `'concat'` puts the outputs side by side on the last axis; the others work element by element. Default: `'concat'`. */
  readonly merge?: Merge;
  /** Name of the layer. Default: `'parallel'`. */
  readonly name?: string;
}

/**
 * Layers side by side over the same input, and their outputs joined: `y = merge(layer1(x), ..., layerN(x))`.
 *
 * Parameters and state are records keyed by the layers' names; a repeated name gets a number (`dense`, `dense_1`).
 *
 * @param layers at least one
 * @param options all optional
 * @returns a layer of the branches' input to their joined outputs
 * @throws KumikoError when there are no layers or `merge` is unknown; `init` when the outputs do not fit together
 * @example
 * const layer = parallel([conv2d({ filters: 4, kernelSize: 1 }), maxPool2d({ poolSize: 3, strides: 1, padding: 'same' })]);
 * layer.init(key(0), shapeOf([1, 8, 8, 3])).output; // shapeOf([1, 8, 8, 7])
 * @see Szegedy et al., "Going deeper with convolutions", CVPR 2015
 */
export function parallel(
  layers: readonly Layer<tf.Tensor, tf.Tensor>[],
  { merge = 'concat', name = 'parallel' }: ParallelOptions = {},
): Composite {
  check(layers.length > 0, name, () => 'expected at least one layer, got none. Pass for example [dense({ units: 10 })].');
  checkMerge(name, merge);
  const names = uniqueNames(layers.map((layer) => layer.name));
  const branches = Object.fromEntries(names.map((branch, i) => [branch, layers[i] as Layer<tf.Tensor, tf.Tensor>]));
  return composite(branches, {
    name,
    shapes: (input, calls) =>
      mergeShapes(
        name,
        merge,
        names.map((branch) => singleShape(name, (calls[branch] as (shape: ShapeTree) => ShapeTree)(input))),
      ),
    forward: (x: tf.Tensor, calls) =>
      mergeTensors(
        merge,
        names.map((branch) => (calls[branch] as (x: tf.Tensor) => tf.Tensor)(x)),
      ),
  });
}
