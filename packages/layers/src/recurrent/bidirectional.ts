import * as tf from '@tensorflow/tfjs-core';
import { ShapeLeaf, type LayerContext, type ShapeTree, type Tree, type Variables } from '@kumiko/core';
import type { Merge } from '../combinators/parallel.ts';
import { composite, type Composite } from '../composite.ts';
import { checkMerge, mergeShapes, mergeTensors } from '../internal/merge.ts';
import type { MaskedSequence } from './masked-sequence.ts';
import type { RecurrentLayer } from './recurrent-layer.ts';

/** Options of {@link bidirectional}. */
export interface BidirectionalOptions {
  /** How the outputs of both directions are joined. Default: `'concat'`, forwards first. */
  readonly merge?: Merge;
  /** Name of the layer. Default: `'bidirectional'`. */
  readonly name?: string;
}

/** A layer over sequences, masked or not, as {@link bidirectional} makes it. */
export interface Bidirectional extends Composite {
  apply(variables: Variables, x: tf.Tensor, context: LayerContext): [tf.Tensor, { state: Tree; cache?: Tree }];
  apply(variables: Variables, x: MaskedSequence, context: LayerContext): [tf.Tensor | MaskedSequence, { state: Tree; cache?: Tree }];
}

function shapesOf(shape: ShapeTree): { values: ShapeLeaf; mask?: ShapeLeaf } {
  return shape instanceof ShapeLeaf ? { values: shape } : (shape as { values: ShapeLeaf; mask: ShapeLeaf });
}

function tensorsOf(x: tf.Tensor | MaskedSequence): { values: tf.Tensor; mask?: tf.Tensor } {
  return x instanceof tf.Tensor ? { values: x } : x;
}

/**
 * A recurrent layer that reads sequences forwards and another that reads them backwards, joined: `y_t = merge(forward_t, backward_t)`.
 * Without sequences it joins the last hidden states: that behind the last step, and that behind the first.
 *
 * Parameters: `forward` and `backward`, those of the two layers.
 *
 * @param make makes the layer of a direction: pass its argument on as `goBackwards`
 * @param options all optional
 * @returns a layer of what the two take to their joined outputs
 * @throws KumikoError when `merge` is unknown; `init` when the input has other axes
 * @example
 * const layer = bidirectional((goBackwards) => lstm({ units: 16, returnSequences: true, goBackwards }));
 * layer.init(key(0), shapeOf([8, 20, 4])).output; // shapeOf([8, 20, 32])
 * @see Schuster and Paliwal, "Bidirectional recurrent neural networks", 1997; tf.layers.bidirectional, torch.nn.LSTM with `bidirectional=True`
 */
export function bidirectional(
  make: (goBackwards: boolean) => RecurrentLayer,
  { merge = 'concat', name = 'bidirectional' }: BidirectionalOptions = {},
): Bidirectional {
  checkMerge(name, merge);
  return composite<{ forward: RecurrentLayer; backward: RecurrentLayer }, tf.Tensor, tf.Tensor>(
    { forward: make(false), backward: make(true) },
    {
      name,
      shapes(input, { forward, backward }) {
        const { values, mask } = shapesOf(forward(input));
        const merged = mergeShapes(name, merge, [values, shapesOf(backward(input)).values]);
        return mask ? { values: merged, mask } : merged;
      },
      forward(x, layers) {
        const run = (layer: (x: tf.Tensor) => tf.Tensor) => tensorsOf(layer(x));
        const { values, mask } = run(layers.forward as never);
        const merged = mergeTensors(merge, [values, run(layers.backward as never).values]);
        return (mask ? { values: merged, mask } : merged) as tf.Tensor;
      },
    },
  ) as Bidirectional;
}
