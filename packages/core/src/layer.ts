import type { Key, KeyLike } from './key.ts';
import type { ShapeTree } from './shape.ts';
import type { Tree } from './tree.ts';

/** What a layer owns: `params` is differentiated and optimised, `state` is what training changes without gradients. */
export interface Variables {
  readonly params: Tree;
  readonly state: Tree;
}

/** What a layer may know about the call it stands in. */
export interface LayerContext {
  /** Whether dropout drops and batch statistics are used and updated. */
  readonly training: boolean;
  /** Source of randomness; needed by layers that are random in training. */
  readonly key?: KeyLike;
  /** What an earlier call of the same sequence left (attention keys and values): fixed shapes plus a position. */
  readonly cache?: Tree;
}

/** What `init` makes: the variables and the shape that `apply` will return. */
export interface LayerInit extends Variables {
  readonly output: ShapeTree;
}

/** A layer is a pair of pure functions. It holds no tensors: they are in the trees its caller holds. */
export interface Layer<In extends Tree = Tree, Out extends Tree = Tree> {
  readonly name: string;
  /** Draws the variables for inputs of this shape and infers the output's shape. */
  init(key: Key, input: ShapeTree): LayerInit;
  /** Computes the output and the next state. Disposes nothing: wrap it in `tf.tidy`. */
  apply(variables: Variables, x: In, context: LayerContext): [Out, { state: Tree; cache?: Tree }];
}
