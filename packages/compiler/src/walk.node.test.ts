import type { Worker as OriginalWorker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { afterAll, expect, test } from 'vitest';
import { compile } from './compile.ts';

const threadModule = process.getBuiltinModule('node:worker_threads');
const Original = threadModule.Worker;
/** Workers that were started, so that a test can kill one. */
const started: OriginalWorker[] = [];
threadModule.Worker = class extends Original {
  constructor(...args: ConstructorParameters<typeof OriginalWorker>) {
    super(...args);
    started.push(this);
  }
};
afterAll(() => {
  threadModule.Worker = Original;
});

/** Products large enough that both threads are nearly always inside the walk. */
const work = (x: tf.Tensor2D): tf.Tensor => {
  let y = x;
  for (let i = 0; i < 8; i++) y = tf.tanh(tf.matMul(y, x));
  return y;
};

test.each([0, 3, 10, 25])('a thread killed %s ms into a walk is an error, never a hang', async (delay) => {
  const backend = await selectBackend([wasm({ threads: 2, stallTimeout: 300 })]);
  const step = compile(work, { donate: false });
  const x = tf.mul(tf.ones([256, 256]), 1 / 256) as tf.Tensor2D;
  let expected: tf.TypedArray = new Float32Array();
  for (let i = 0; i < 4; i++) {
    const out = step(x);
    expected = out.dataSync();
    out.dispose();
  }
  const begin = performance.now();
  while (performance.now() - begin < delay) step(x).dispose();
  void (started.at(-1) as OriginalWorker).terminate();
  let error: unknown;
  while (error === undefined && performance.now() - begin < 8000) {
    await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 20 && error === undefined; i++) {
      try {
        step(x).dispose();
      } catch (caught) {
        error = caught;
      }
    }
  }
  expect(error).toMatchObject({ code: 'wasm threads' });
  expect(performance.now() - begin).toBeLessThan(8000);
  // The threads that are left do the work.
  const out = step(x);
  expect(out.dataSync()).toEqual(expected);
  tf.dispose([out, x]);
  step.dispose();
  await backend.dispose();
});

test('a program gives the same bits on one thread and on three', async () => {
  const results: Float32Array[] = [];
  for (const threads of [1, 3]) {
    const backend = await selectBackend([wasm({ threads })]);
    const step = compile(work, { donate: false });
    const x = tf.reshape(tf.sin(tf.range(0, 40_000)), [200, 200]) as tf.Tensor2D;
    for (let i = 0; i < 5; i++) {
      const out = step(x);
      if (i === 4) results.push(out.dataSync() as Float32Array);
      out.dispose();
    }
    expect(step.explain()?.native).toMatchObject({ walks: 1, fallbacks: {} });
    step.dispose();
    x.dispose();
    await backend.dispose();
  }
  expect(results[0]).toEqual(results[1]);
});
