import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { leaves, type Transform, type Tree } from '@kumiko/core';
import * as optimizers from './index.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const page = readFileSync(new URL('../../../docs/optimizer-defaults.md', import.meta.url), 'utf8');

/** The rows of the page whose value of ours is a number: the optimizer, the option and the value. */
const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \| ([\d.e-]+)(?:, relative)? \|/gm)].map(
  ([, optimizer, option, value]): [string, string, number] => [optimizer as string, option as string, Number(value)],
);

/** Of dynamicLossScaling an optimizer is wrapped, and sgd needs a learning rate. */
function make(name: string, options: object): Transform {
  const { dynamicLossScaling, sgd, [name as 'adam']: recipe } = optimizers;
  if (name === 'dynamicLossScaling') return dynamicLossScaling(sgd({ learningRate: 1 }), options) as Transform;
  return recipe({ ...(name === 'sgd' && { learningRate: 0.1 }), ...options });
}

/** State and updates of some steps, in which every option has a part. */
function run(transform: Transform): number[] {
  const numbers: number[] = [];
  let params: Tree = { matrix: tf.tensor2d([1, -2, 3, 0.5], [2, 2]), vector: tf.tensor1d([1e-4, -3]) };
  let state = transform.init(params);
  for (let step = 1; step <= 12; step++) {
    const grads = { matrix: tf.tensor2d([1e-3 * step, 2, -1, step], [2, 2]), vector: tf.tensor1d([-1, 1e-9]) };
    const value = tf.scalar(1 - 0.9e-4 * step);
    const valueAndGrad = (): [tf.Scalar, Tree] => [value, grads];
    const [updates, next] = transform.update(grads, state, params, { value, valueAndGrad });
    params = optimizers.applyUpdates(params, updates);
    state = next;
    numbers.push(...leaves<tf.Tensor>([params, state]).flatMap((leaf) => [...leaf.dataSync()]));
  }
  return numbers;
}

test.each(rows)('%s: the default %s is %d', (name, option, value) => {
  expect(run(make(name, { [option]: value }))).toEqual(run(make(name, {})));
});

test('the page has every optimizer with defaults', () => {
  expect(rows.length).toBeGreaterThan(60);
});
