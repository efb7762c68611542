import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { leaves, type Transform, type Tree } from '@kumiko/core';
import * as optimizers from './index.ts';

/** A file of fixtures/optimizers. */
export interface Trajectory {
  readonly recipe: string;
  readonly options: object;
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

function parameters(values: readonly number[]): { kernel: tf.Tensor; bias: tf.Tensor; scale: tf.Tensor } {
  return {
    kernel: tf.tensor2d(values.slice(0, 6), [2, 3]),
    bias: tf.tensor1d(values.slice(6, 9)),
    scale: tf.scalar(values[9] as number),
  };
}

/** The largest errors of each parameter on the way, relative to its largest number, and that of the parameters to evaluate with. */
export function errorsOf({ recipe, options, start, target, curvature, every, after, evaluated }: Trajectory): number[] {
  return tf.tidy(() => {
    const make = (optimizers as unknown as Record<string, (options: object) => Transform>)[recipe];
    if (make === undefined) throw new Error(`There is no optimizer ${recipe}.`);
    const optimizer = make(options);
    let params = parameters(start);
    let state: Tree = optimizer.init(params);
    const targets = leaves<tf.Tensor>(parameters(target));
    const curvatures = leaves<tf.Tensor>(parameters(curvature));
    const worst = [0, 0, 0];
    for (let step = 1; step <= every * after.length; step++) {
      const noise = leaves<tf.Tensor>(parameters(start.map((_, i) => (((37 * step + 101 * i) % 64) - 31.5) / 64)));
      const [kernel, bias, scale] = leaves<tf.Tensor>(params).map((param, i) =>
        tf.add(tf.mul(curvatures[i] as tf.Tensor, tf.sub(param, targets[i] as tf.Tensor)), noise[i] as tf.Tensor),
      ) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [updates, next] = optimizer.update({ kernel, bias, scale }, state, params);
      params = optimizers.applyUpdates(params, updates);
      state = next;
      if (step % every === 0) {
        distances(params, after[step / every - 1] as number[]).forEach((error, i) => (worst[i] = Math.max(worst[i] as number, error)));
      }
    }
    if (evaluated === undefined) return worst;
    return [...worst, Math.max(...distances(optimizer.evalParams?.(params, state) as Tree, evaluated))];
  });
}

function distances(tree: Tree, wanted: readonly number[]): number[] {
  let at = 0;
  return leaves<tf.Tensor>(tree).map((leaf) => {
    const part = wanted.slice(at, (at += leaf.size));
    const values = [...leaf.dataSync()];
    // NaN stays NaN, and fails.
    const largest = Math.max(...part.map(Math.abs));
    return Math.max(...values.map((value, i) => Math.abs(value - (part[i] as number)) / largest));
  });
}
