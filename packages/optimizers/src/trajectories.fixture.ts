import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { leaves, mapTree, type Transform, type TransformExtra, type Tree } from '@kumiko/core';
import * as optimizers from './index.ts';
import type { SamOptions } from './sam.ts';
import type { SgdOptions } from './sgd.ts';

/** A file of fixtures/optimizers. */
export interface Trajectory {
  readonly recipe: string;
  readonly options: object;
  /** Which of the problems of fixtures/optimizers_problem.py. */
  readonly problem: 'noisy' | 'valley';
  readonly start: number[];
  readonly target: number[];
  readonly curvature: number[];
  /** After how many steps each the parameters were recorded. */
  readonly every: number;
  readonly after: number[][];
  /** How far the oracle itself is off in float32, for each parameter, relative to its largest number. */
  readonly float32Errors: number[];
  /** The parameters to evaluate with at the end. */
  readonly evaluated?: number[];
}

const folder = new URL('../../../fixtures/optimizers/', import.meta.url);

/** Every trajectory with the name of its file. */
export const trajectories = readdirSync(folder).map((file): [string, Trajectory] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Trajectory,
]);

export function parameters(values: readonly number[]): { kernel: tf.Tensor; bias: tf.Tensor; scale: tf.Tensor } {
  return {
    kernel: tf.tensor2d(values.slice(0, 6), [2, 3]),
    bias: tf.tensor1d(values.slice(6, 9)),
    scale: tf.scalar(values[9] as number),
  };
}

/** Recipes that are made of several exports, and those for which a transform must be chained to an optimizer. */
const made: Record<string, (options: never) => Transform> = {
  ...(optimizers as unknown as Record<string, (options: never) => Transform>),
  sam: ({ momentum, learningRate, ...rest }: SgdOptions & SamOptions) =>
    optimizers.chain([optimizers.sam(rest), optimizers.sgd({ learningRate, ...(momentum && { momentum }) })]),
};

/** A fresh optimizer of a golden file. */
export function optimizerOf({ recipe, options }: Pick<Trajectory, 'recipe' | 'options'>): Transform {
  const make = made[recipe];
  if (make === undefined) throw new Error(`There is no optimizer ${recipe}.`);
  return make(options as never);
}

/** Gradients and what else the optimizers may want to know at a step of a problem, which counts from 1. */
export function problemAt(
  { problem, start, target, curvature }: Pick<Trajectory, 'problem' | 'start' | 'target' | 'curvature'>,
  step: number,
): { gradient: (params: Tree) => Tree; extra: TransformExtra } {
  const targets = parameters(target);
  const curvatures = parameters(curvature);
  const noise = parameters(start.map((_, i) => (((37 * step + 101 * i) % 64) - 31.5) / 64));
  const total = (tree: Tree): tf.Tensor => tf.addN(leaves<tf.Tensor>(tree).map((leaf) => tf.sum(leaf)));
  const away = (params: Tree): Tree => mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((param, to) => tf.sub(param, to), params, targets);
  const each = (fn: (d: tf.Tensor, c: tf.Tensor, n: tf.Tensor, w: tf.Tensor) => tf.Tensor, params: Tree): Tree =>
    mapTree<tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor>(fn, away(params), curvatures, noise, params);
  const noisy = problem === 'noisy';
  const gradient = (params: Tree): Tree => {
    if (noisy) return each((d, c, n) => tf.add(tf.mul(c, d), n), params);
    const sum = total(away(params));
    return each((d, c) => tf.add(tf.add(tf.mul(c, d), tf.pow(d, 3)), sum), params);
  };
  const value = (params: Tree): tf.Scalar => {
    const bowl = total(each((d, c) => tf.div(tf.mul(c, tf.square(d)), 2), params));
    if (noisy) return tf.add(bowl, total(each((_d, _c, n, w) => tf.mul(n, w), params)));
    const walls = total(each((d) => tf.pow(d, 4), params));
    return tf.add(tf.add(bowl, tf.div(walls, 4)), tf.div(tf.square(total(away(params))), 2));
  };
  const estimate = (): Tree => mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((c, n) => tf.add(c, tf.square(n)), curvatures, noise);
  return {
    gradient,
    extra: { valueAndGrad: (at) => [value(at), gradient(at)], ...(step % 5 === 1 && { curvature: estimate() }) },
  };
}

/** The largest errors of each parameter on the way, relative to its largest number, and that of the parameters to evaluate with. */
export function errorsOf(trajectory: Trajectory): number[] {
  return tf.tidy(() => {
    const { start, every, after, evaluated } = trajectory;
    const optimizer = optimizerOf(trajectory);
    let params: Tree = parameters(start);
    let state: Tree = optimizer.init(params);
    const worst = [0, 0, 0];
    for (let step = 1; step <= every * after.length; step++) {
      const { gradient, extra } = problemAt(trajectory, step);
      const [updates, next] = optimizer.update(gradient(params), state, params, extra);
      params = optimizers.applyUpdates(params, updates);
      state = next;
      if (step % every === 0) {
        distances(params, after[step / every - 1] as number[]).forEach((error, i) => (worst[i] = Math.max(worst[i] as number, error)));
      }
    }
    if (evaluated === undefined) return worst;
    return [...worst, Math.max(...distances(optimizer.evalParams?.(params, state) as Tree, evaluated))];
  }) as number[];
}

/** How far each leaf is off, relative to the largest number that it should have, if that is not 0. */
export function distances(tree: Tree, wanted: readonly number[]): number[] {
  let at = 0;
  return leaves<tf.Tensor>(tree).map((leaf) => {
    const part = wanted.slice(at, (at += leaf.size));
    const values = [...leaf.dataSync()];
    // NaN stays NaN, and fails.
    const largest = Math.max(...part.map(Math.abs)) || 1;
    return Math.max(...values.map((value, i) => Math.abs(value - (part[i] as number)) / largest));
  });
}
