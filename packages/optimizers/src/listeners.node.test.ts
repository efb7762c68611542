import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { dynamicLossScaling } from './dynamic-loss-scaling.ts';
import { reduceOnPlateau } from './reduce-on-plateau.ts';
import { sgd } from './sgd.ts';

interface Golden {
  readonly transform: 'reduceOnPlateau' | 'dynamicLossScaling';
  readonly options: object;
  /** Losses, or whether a step has a gradient that is not finite. */
  readonly values: readonly number[];
  /** The scale behind each. */
  readonly scales: readonly number[];
}

const folder = new URL('../../../fixtures/optimizers-listeners/', import.meta.url);
const goldens = readdirSync(folder).map((file): [string, Golden] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden,
]);

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const params = (): { w: tf.Tensor } => ({ w: tf.scalar(0) });

/** The scales of updates whose gradient is 1. */
function plateauScales({ options, values }: Golden): number[] {
  const transform = reduceOnPlateau(options);
  let state = transform.init(params());
  return values.map((value) => {
    const [updates, next] = transform.update({ w: tf.scalar(1) }, state, params(), { value: tf.scalar(value) });
    state = next;
    return (updates as { w: tf.Tensor }).w.dataSync()[0] as number;
  });
}

function lossScales({ options, values }: Golden): number[] {
  const transform = dynamicLossScaling(sgd({ learningRate: 1 }), options);
  let state = transform.init(params());
  return values.map((bad) => {
    const grads = { w: bad === 1 ? tf.scalar(Infinity) : tf.mul(state.scale, 0.5) };
    const [updates, next] = transform.update(grads, state, params());
    // 0.5 whatever the scale, and 0 at a step that is skipped.
    expect((updates as { w: tf.Tensor }).w.dataSync()[0]).toBe(bad === 1 ? 0 : -0.5);
    state = next;
    return next.scale.dataSync()[0] as number;
  });
}

test.each(goldens)('the scales are those of the golden: %s', (_file, golden) => {
  const scales = golden.transform === 'reduceOnPlateau' ? plateauScales(golden) : lossScales(golden);
  golden.scales.forEach((wanted, i) => expect(Math.abs((scales[i] as number) - wanted)).toBeLessThanOrEqual(1e-6 * wanted));
  expect(new Set(golden.scales).size).toBeGreaterThan(1);
});
