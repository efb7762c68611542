import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import type { Tree } from '@kumiko/core';
import { expectTensor } from '@kumiko/testing';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { applyUpdates } from './apply-updates.ts';
import { sgd } from './sgd.ts';

interface Golden {
  readonly recipe: 'adam' | 'adamw' | 'sgd';
  readonly options: object;
  readonly start: number[];
  readonly grads: number[][];
  readonly after: number[][];
}

const recipes = { adam, adamw, sgd };
const folder = new URL('../../../fixtures/optimizers/', import.meta.url);
const goldens = readdirSync(folder).map((file): [string, Golden] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden,
]);

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test.each(goldens)('agrees with PyTorch over every step: %s', (_file, { recipe, options, start, grads, after }) => {
  expect(after.length).toBeGreaterThanOrEqual(12);
  const optimizer = recipes[recipe](options as never);
  let params = { w: tf.tensor1d(start) as tf.Tensor };
  let state: Tree = optimizer.init(params);
  for (const [step, values] of after.entries()) {
    const [updates, next] = optimizer.update({ w: tf.tensor1d(grads[step] as number[]) }, state, params);
    params = applyUpdates(params, updates);
    state = next;
    expectTensor(params.w, { shape: [start.length], values });
  }
});
