import { zeros } from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';

/** Piecewise constant elementwise kernels with input `x`: the output has the input's shape. */
const elementwise = ['Ceil', 'Floor', 'IsFinite', 'IsInf', 'IsNan', 'LogicalNot', 'OnesLike', 'Round', 'Sign', 'Step', 'ZerosLike'];

/** Comparisons and logic with inputs `a` and `b`, which may broadcast. */
const comparisons = ['Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr', 'NotEqual'];

/** Kernels from `x` to truth values or positions. */
const discrete = ['All', 'Any', 'ArgMax', 'ArgMin'];

/**
 * Zero gradients: a comparison, a rounding or a position does not change under a small step of its inputs.
 *
 * TensorFlow.js has none for most comparisons and throws when a mask computed from a parameter meets the loss.
 */
export const zeroGradients: readonly GradientEntry[] = [
  ...elementwise.map((kernel) => defineGradient({ kernel, gradient: (dy) => ({ x: () => zeros(dy.shape) }) })),
  ...comparisons.map((kernel) =>
    defineGradient({
      kernel,
      saves: ['a', 'b'],
      replaces: true,
      gradient: (_dy, { a, b }) => ({ a: () => zeros(a.shape), b: () => zeros(b.shape) }),
    }),
  ),
  ...discrete.map((kernel) =>
    defineGradient({ kernel, saves: ['x'], replaces: true, gradient: (_dy, { x }) => ({ x: () => zeros(x.shape) }) }),
  ),
  defineGradient({ kernel: 'OneHot', saves: ['indices'], gradient: (_dy, { indices }) => ({ indices: () => zeros(indices.shape) }) }),
];
