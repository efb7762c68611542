import type { Layer, ShapeTree, Tree } from '@kumiko/core';

/** A call of a layer, as far as shapes tell it. */
export interface LayerCall {
  readonly input: ShapeTree;
  readonly params: Tree;
  readonly output: ShapeTree;
}

/** A layer that can tell what a call costs. Layers whose work is element by element need not. */
export interface CountedLayer<In extends Tree = Tree, Out extends Tree = Tree> extends Layer<In, Out> {
  /** Floating-point operations of the call's matrix products and convolutions: two for each multiplication with its addition. */
  flops(call: LayerCall): number;
}
