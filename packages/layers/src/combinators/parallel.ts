import * as tf from '@tensorflow/tfjs-core';
import { check, shapeOf, uniqueNames, type Layer, type ShapeLeaf, type ShapeTree } from '@kumiko/core';
import { composite, type Composite } from '../composite.ts';
import { checkSameShape } from '../internal/check-same-shape.ts';
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

/** Element by element, two at a time; the average divides behind. */
const pairwise: Readonly<Record<Exclude<Merge, 'concat'>, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  sum: tf.add,
  average: tf.add,
  product: tf.mul,
  maximum: tf.maximum,
};

function mergeTensors(merge: Merge, outputs: tf.Tensor[]): tf.Tensor {
  if (merge === 'concat') return tf.concat(outputs, -1);
  const merged = outputs.reduce((a, b) => pairwise[merge](a, b));
  return merge === 'average' ? tf.div(merged, outputs.length) : merged;
}

function mergeShapes(symbol: string, merge: Merge, outputs: readonly ShapeLeaf[]): ShapeLeaf {
  const [first] = outputs as [ShapeLeaf];
  if (merge !== 'concat') {
    checkSameShape(symbol, 'branches', outputs, "Give the branches equal outputs, or use merge: 'concat'.");
    return first;
  }
  const leading = outputs.map(({ shape }) => shapeOf(shape.slice(0, -1)));
  checkSameShape(symbol, 'branches, but for the last axis,', leading, 'Give the branches equal leading axes.');
  return shapeOf([...first.shape.slice(0, -1), outputs.reduce((sum, { shape }) => sum + (shape.at(-1) as number), 0)]);
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
  check(
    merge === 'concat' || Object.hasOwn(pairwise, merge),
    name,
    () =>
      `expected merge 'concat', ${Object.keys(pairwise)
        .map((one) => `'${one}'`)
        .join(', ')}, got '${String(merge)}'. Choose one of them.`,
  );
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
