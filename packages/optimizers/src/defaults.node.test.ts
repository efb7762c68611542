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
    // Better by less than the threshold, once: a plateau at the last step.
    const value = tf.scalar(step === 1 ? 1 : 1 - 0.9e-4);
    const valueAndGrad = (): [tf.Scalar, Tree] => [value, grads];
    const curvature = { matrix: tf.tensor2d([1, 20, 300, 4000], [2, 2]), vector: tf.tensor1d([50, 0]) };
    const [updates, next] = transform.update(grads, state, params, { value, valueAndGrad, curvature });
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
