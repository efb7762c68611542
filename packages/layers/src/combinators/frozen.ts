import type { Layer, Tree, Variables } from '@kumiko/core';
import type { CountedLayer } from '../counted-layer.ts';
import { flopsOf } from '../internal/flops-of.ts';

/** State of {@link frozen}. */
interface FrozenState {
  readonly frozen: Variables;
}

/**
 * The same layer, not trained: its parameters stand in the state, where no optimizer sees them, and it runs as outside of training, so that
 * dropout passes and running statistics stay. Gradients still flow through it to its input.
 *
 * State: `frozen/params` and `frozen/state`, the layer's own.
 *
 * @param layer any
 * @example
 * const { params } = frozen(dense({ units: 2 })).init(key(0), shapeOf([1, 4]));
 * params; // {}
 * @see Keras' `layer.trainable = false`; PyTorch's `requires_grad_(False)` with `eval()`
 */
export function frozen<In extends Tree, Out extends Tree>(layer: Layer<In, Out>): CountedLayer<In, Out> {
  return {
    name: layer.name,
    init(key, input) {
      const { params, state, output } = layer.init(key, input);
      return { params: {}, state: { frozen: { params, state } }, output };
    },
    apply({ state }, x, context): [Out, { state: Tree; cache?: Tree }] {
      const [y, next] = layer.apply((state as unknown as FrozenState).frozen, x, { ...context, training: false });
      return [y, { ...next, state }];
    },
    flops: ({ input }) => flopsOf(layer as unknown as Layer, input),
  };
}
