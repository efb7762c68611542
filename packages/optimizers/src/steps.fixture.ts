import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { flatten, type Tree } from '@kumiko/core';
import { applyUpdates } from './apply-updates.ts';
import { distances, optimizerOf, parameters, problemAt, type Trajectory } from './trajectories.fixture.ts';

interface Saved {
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: readonly number[];
}

type SavedTree = Saved | { readonly [name: string]: SavedTree };

/** One step of a file of fixtures/optimizers-steps: the oracle's parameters and state before and after it. */
export interface GoldenStep {
  readonly step: number;
  readonly before: readonly number[];
  readonly state: SavedTree;
  readonly after: readonly number[];
  readonly next: SavedTree;
  /** How far the oracle in float32 comes from the same state, for each parameter, relative to its largest number. */
  readonly float32Errors: readonly number[];
}

/** A file of fixtures/optimizers-steps. */
export type Stepwise = Pick<Trajectory, 'recipe' | 'options' | 'problem' | 'start' | 'target' | 'curvature'> & {
  readonly steps: readonly GoldenStep[];
};

const folder = new URL('../../../fixtures/optimizers-steps/', import.meta.url);

/** Every file with its name. */
export const stepwise = readdirSync(folder).map((file): [string, Stepwise] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Stepwise,
]);

function restored(saved: SavedTree): Tree {
  if (isSaved(saved)) return tf.tensor([...saved.values], saved.shape, saved.dtype);
  return Object.fromEntries(Object.entries(saved).map(([name, child]) => [name, restored(child)]));
}

function isSaved(saved: SavedTree): saved is Saved {
  return Array.isArray((saved as Saved).values);
}

/** How far a step from the golden's state comes: of each parameter, and of each leaf of the state by its name, relative to its largest number. */
export function errorsOfStep(
  golden: Stepwise,
  { step, before, state, after, next }: GoldenStep,
): { params: number[]; state: [string, number][] } {
  const errors: { params: number[]; state: [string, number][] } = { params: [], state: [] };
  tf.tidy(() => {
    const params: Tree = parameters(before);
    const { gradient, extra } = problemAt(golden, step);
    const [updates, reached] = optimizerOf(golden).update(gradient(params), restored(state), params, extra);
    errors.params = distances(applyUpdates(params, updates), after);
    const wanted = new Map(flatten<tf.Tensor>(restored(next)).map(({ name, leaf }) => [name, leaf]));
    errors.state = flatten<tf.Tensor>(reached).map(
      ({ name, leaf }) => [name, ...distances(leaf, [...(wanted.get(name)?.dataSync() ?? [])])] as [string, number],
    );
    if (wanted.size !== errors.state.length) errors.state.push(['the number of leaves', Infinity]);
  });
  return errors;
}
