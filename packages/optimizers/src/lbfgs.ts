import * as tf from '@tensorflow/tfjs-core';
import { checkShapes, check, leaves, unflatten, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { checkOption, count } from './internal/check-option.ts';
import { checkLearningRate, learningRateAt } from './internal/learning-rate.ts';
import { strongWolfe, type LinePoint } from './internal/strong-wolfe.ts';
import { valueAndGradOf } from './internal/value-and-grad-of.ts';

/** Options of {@link lbfgs}. */
export interface LbfgsOptions {
  /** Length of a step along the direction, or the first that the line search tries: at least 0, or a schedule. Default: 1. */
  readonly learningRate?: number | Schedule;
  /** Steps that the curvature is learnt from, at least 1. Default: 10. */
  readonly historySize?: number;
  /** Whether to look for a point that satisfies the strong Wolfe conditions. Default: `'strongWolfe'`. */
  readonly lineSearch?: 'strongWolfe' | 'none';
  /** Points that a line search may try behind its first, at least 1. Default: 25. */
  readonly lineSearchTrials?: number;
}

/** State of {@link lbfgs}. With n numbers in all parameters, in the order of the tree, and m the history size; the newest row is the last. */
export type LbfgsState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** The gradients before, `[n]`. */
  readonly grad: tf.Tensor1D;
  /** The update before, `[n]`. */
  readonly move: tf.Tensor1D;
  /** Updates s, `[m,n]`. */
  readonly moves: tf.Tensor2D;
  /** What each changed in the gradients, y, `[m,n]`. */
  readonly changes: tf.Tensor2D;
  /** `1 / <s, y>`, `[m]`; 0 where there is no such row yet. */
  readonly inverses: tf.Tensor1D;
  /** `<s, y> / <y, y>` of the newest row, the first guess of the inverse Hessian, scalar. */
  readonly scale: tf.Scalar;
};

/** Rows with a smaller `<s, y>` are left out. */
const SMALLEST_CURVATURE = 1e-10;

/**
 * Limited-memory BFGS: the direction `-H g`, with H the inverse Hessian as the last steps and gradients show it (two loops over the history),
 * and a line search along it. For full batches: gradients must be of one and the same function. The first step has at most length 1 in
 * the sum of its absolute numbers. A direction that does not descend is not followed.
 *
 * The line search evaluates the loss through `extra.valueAndGrad` and reads it, so it does not compile, and WebGPU cannot run it (it has no
 * synchronous reads); `lineSearch: 'none'` needs the gradients alone, and compiles. `extra.value` saves one evaluation. One update is
 * one iteration. There are no tolerances at which it stops.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range; in a step, when `extra.valueAndGrad` is missing or gives gradients of other shapes
 * @example
 * const optimizer = lbfgs();
 * const valueAndGrad = (at: Tree): [tf.Scalar, Tree] => {
 *   const { w } = at as { w: tf.Scalar };
 *   return [tf.square(tf.sub(w, 3)), { w: tf.mul(tf.sub(w, 3), 2) }];
 * };
 * const params = { w: tf.scalar(2.5) };
 * const [value, grads] = valueAndGrad(params);
 * optimizer.update(grads, optimizer.init(params), params, { value, valueAndGrad })[0]; // { w: 0.5 }
 * @see Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", 1989; torch.optim.LBFGS with max_iter 1
 */
export function lbfgs(options: LbfgsOptions = {}): Transform<LbfgsState> {
  const { learningRate = 1, historySize = 10, lineSearch = 'strongWolfe', lineSearchTrials = 25 } = options;
  checkLearningRate('lbfgs', learningRate);
  checkOption('lbfgs', 'historySize', historySize, count, 10);
  checkOption('lbfgs', 'lineSearchTrials', lineSearchTrials, count, 25);
  check(
    lineSearch === 'strongWolfe' || lineSearch === 'none',
    'lbfgs',
    () => `expected lineSearch to be 'strongWolfe' or 'none', got '${String(lineSearch)}'. Pass one of the two.`,
  );
  return {
    name: 'lbfgs',
    init(params) {
      const size = leaves<tf.Tensor>(params).reduce((sum, param) => sum + param.size, 0);
      return {
        step: tf.scalar(0, 'int32'),
        grad: tf.zeros([size]),
        move: tf.zeros([size]),
        moves: tf.zeros([historySize, size]),
        changes: tf.zeros([historySize, size]),
        inverses: tf.zeros([historySize]),
        scale: tf.scalar(1),
      };
    },
    update(grads, state, params, extra) {
      const valueAndGrad = lineSearch === 'none' ? undefined : valueAndGradOf('lbfgs', extra);
      checkShapes('lbfgs', params, grads);
      if (leaves(params).length === 0) return [params, state];
      const grad = joined(grads);
      checkShapes('lbfgs', grad, state.grad);
      const { moves, changes, inverses, scale } = remembered(state, grad, historySize);
      const direction = directionOf(grad, moves, changes, inverses, scale);
      const slope: tf.Scalar = tf.sum(tf.mul(grad, direction));

      const step: tf.Scalar = tf.add(state.step, tf.scalar(1, 'int32'));
      const isFirst = tf.equal(state.step, 0);
      const shortened = tf.where(isFirst, tf.minimum(1, tf.div(1, tf.sum(tf.abs(grad)))), tf.scalar(1));
      const first: tf.Scalar = tf.mul(shortened, learningRateAt(learningRate, tf.cast(step, 'float32')));
      const length = valueAndGrad
        ? searchedLength(params, direction, slope, first, lineSearchTrials, (at) => valueAndGrad(at), extra?.value)
        : first;
      const move: tf.Tensor1D = tf.where(tf.less(slope, 0), tf.mul(direction, length), tf.zerosLike(direction));
      return [split(move, params), { step, grad, move, moves, changes, inverses, scale }];
    },
  };
}

type History = Pick<LbfgsState, 'moves' | 'changes' | 'inverses' | 'scale'>;

/** The history with the step that led to a gradient, if it shows a positive curvature. */
function remembered(state: LbfgsState, grad: tf.Tensor1D, historySize: number): History {
  const change = tf.sub(grad, state.grad);
  const product: tf.Scalar = tf.sum(tf.mul(change, state.move));
  const accepted = tf.greater(product, SMALLEST_CURVATURE);
  const pushed = <T extends tf.Tensor>(rows: T, row: tf.Tensor): T =>
    tf.where(accepted, tf.concat([tf.slice(rows, 1, historySize - 1), tf.expandDims(row)]), rows) as T;
  return {
    moves: pushed(state.moves, state.move),
    changes: pushed(state.changes, change),
    inverses: pushed(state.inverses, tf.div(1, tf.where(accepted, product, tf.scalar(1)))),
    scale: tf.where(accepted, tf.div(product, tf.sum(tf.square(change))), state.scale),
  };
}

/** `-H g`; rows that are not there yet are 0 and change nothing. */
function directionOf(grad: tf.Tensor1D, moves: tf.Tensor2D, changes: tf.Tensor2D, inverses: tf.Tensor1D, scale: tf.Scalar): tf.Tensor1D {
  const [s, y, r] = [tf.unstack(moves), tf.unstack(changes), tf.unstack(inverses)];
  const rows = s.map((move, i) => ({ move, change: y[i] as tf.Tensor, inverse: r[i] as tf.Tensor }));
  const factors: tf.Tensor[] = [];
  let direction: tf.Tensor1D = tf.neg(grad);
  for (const { move, change, inverse } of rows.toReversed()) {
    const factor = tf.mul(tf.sum(tf.mul(move, direction)), inverse);
    factors.unshift(factor);
    direction = tf.sub(direction, tf.mul(change, factor));
  }
  direction = tf.mul(direction, scale);
  rows.forEach(({ move, change, inverse }, i) => {
    const back = tf.mul(tf.sum(tf.mul(change, direction)), inverse);
    direction = tf.add(direction, tf.mul(move, tf.sub(factors[i] as tf.Tensor, back)));
  });
  return direction;
}

/** How far to go along a direction; 0 where it does not descend. */
function searchedLength(
  params: Tree,
  direction: tf.Tensor1D,
  slope: tf.Scalar,
  first: tf.Scalar,
  trials: number,
  valueAndGrad: (params: Tree) => [tf.Scalar, Tree],
  value: tf.Scalar | undefined,
): number {
  const start: LinePoint = { at: 0, value: read(value ?? valueAndGrad(params)[0]), slope: read(slope) };
  if (!(start.slope < 0)) return 0;
  const from = joined(params);
  const tryAt = (at: number): LinePoint =>
    tf.tidy(() => {
      const [there, grads] = valueAndGrad(split(tf.add(from, tf.mul(direction, at)), params));
      checkShapes('lbfgs', params, grads);
      return { at, value: read(there), slope: read(tf.sum(tf.mul(joined(grads), direction))) } as LinePoint & tf.TensorContainer;
    });
  const directionSize = read(tf.max(tf.abs(direction)));
  return strongWolfe(start, read(first), tryAt, { directionSize, trials }).at;
}

function read(scalar: tf.Scalar): number {
  return scalar.dataSync()[0] as number;
}

/** All numbers of a tree in one vector. */
function joined(tree: Tree): tf.Tensor1D {
  return tf.concat(leaves<tf.Tensor>(tree).map((leaf) => tf.reshape(leaf, [leaf.size])));
}

/** A vector as a tree of the parameters' structure and shapes. */
function split(vector: tf.Tensor1D, params: Tree): Tree {
  const shaped = leaves<tf.Tensor>(params);
  const parts = tf.split(
    vector,
    shaped.map(({ size }) => size),
  );
  return unflatten(
    params,
    parts.map((part, i) => tf.reshape(part, (shaped[i] as tf.Tensor).shape)),
  );
}
