import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { disposeTree, key, leaves, shapeOf, type Layer } from '@kumiko/core';
import { bidirectional, gru, lstm } from '@kumiko/layers';
import { adam } from '@kumiko/optimizers';
import { initTrainState, trainStep, type TrainState } from '@kumiko/training';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, type CompileOptions } from './compile.ts';
import type { NativeReport } from './wasm-program.ts';

let backend: Awaited<ReturnType<typeof selectBackend>>;
beforeAll(async () => {
  backend = await selectBackend([wasm({ threads: 2 })]);
});
afterAll(async () => {
  await backend.dispose();
});

const BATCH = 3;
const UNITS = 8;

/** A recurrent network of plain tfjs code over `[steps,batch,units]`, and its gradient. */
const unrolled = (weights: tf.Tensor2D, xs: tf.Tensor3D): { value: tf.Scalar; gradient: tf.Tensor } => {
  const run = (w: tf.Tensor): tf.Scalar => {
    let [hidden, total]: [tf.Tensor, tf.Tensor] = [tf.zeros([BATCH, UNITS]), tf.scalar(0)];
    for (const x of tf.unstack(xs)) {
      const [gate, next] = tf.split(tf.add(tf.matMul(hidden as tf.Tensor2D, w as tf.Tensor2D), tf.tile(x, [1, 2])), 2, 1) as [
        tf.Tensor,
        tf.Tensor,
      ];
      hidden = tf.add(tf.mul(tf.relu(gate), tf.abs(next)), tf.mul(hidden, 0.5));
      total = tf.add(total, tf.mean(hidden));
    }
    return total as tf.Scalar;
  };
  const { value, grad } = tf.valueAndGrad((w) => run(w))(weights);
  return { value, gradient: grad };
};

/** What the program of some steps is, after its bits were compared with those of eager code, for new inputs in each call. */
function compiledFor(steps: number, options: CompileOptions = {}): NativeReport {
  const compiled = compile(unrolled, { donate: false, ...options });
  for (let call = 0; call < 5; call++) {
    const weights = tf.mul(0.3, tf.sin(tf.reshape(tf.range(call, call + 2 * UNITS * UNITS), [UNITS, 2 * UNITS]))) as tf.Tensor2D;
    const xs = tf.cos(tf.reshape(tf.range(call, call + steps * BATCH * UNITS), [steps, BATCH, UNITS])) as tf.Tensor3D;
    const [expected, got] = [tf.tidy(() => unrolled(weights, xs)), compiled(weights, xs)];
    expect(got.value.dataSync()).toEqual(expected.value.dataSync());
    expect(got.gradient.dataSync()).toEqual(expected.gradient.dataSync());
    tf.dispose([weights, xs, expected, got]);
  }
  const { native } = compiled.explain() ?? {};
  compiled.dispose();
  return native as NativeReport;
}

/** The same code, but for a few addresses in it that may take a byte more. */
function expectSameCode(one: NativeReport, other: NativeReport): void {
  expect(Math.abs(one.codeBytes - other.codeBytes)).toBeLessThan(64);
}

test('an unrolled loop is emitted once: its code does not grow with its iterations', () => {
  const [few, many] = [compiledFor(8), compiledFor(40)];
  expect([few.fallbacks, many.fallbacks]).toEqual([{}, {}]);
  expect(many.calls).toBeGreaterThan(4 * few.calls);
  expectSameCode(many, few);
  expect(compiledFor(2).loops).toEqual([]);
  // The slices, the way forwards, and the way back through the tape, less what differs at both ends.
  expect(many.loops).toEqual([
    { iterations: 40, calls: 1 },
    { iterations: expect.toSatisfy((iterations: number) => iterations > 34) as number, calls: 8 },
    { iterations: expect.toSatisfy((iterations: number) => iterations > 34) as number, calls: 9 },
  ]);
});

test('unfused calls are loops too', () => {
  const { loops } = compiledFor(12, { without: ['fuseElementwise', 'fuseEpilogues'] });
  expect(loops.filter(({ calls, iterations }) => calls >= 10 && iterations > 6)).toHaveLength(2);
});

test('sweeps that differ in a constant alone are not one, be it in its sign', () => {
  const compiled = compile((x: tf.Tensor) => [0, -0, 1, Infinity, Number.NaN].map((factor) => tf.div(x, tf.scalar(factor))), {
    donate: false,
  });
  const x = tf.tensor1d([-2, 4]);
  for (let call = 0; call < 3; call++) {
    const results = compiled(x);
    expect(results.map((result) => [...result.dataSync()])).toEqual([
      [-Infinity, Infinity],
      [Infinity, -Infinity],
      [-2, 4],
      [-0, 0],
      [Number.NaN, Number.NaN],
    ]);
    tf.dispose(results);
  }
  compiled.dispose();
  x.dispose();
});

const recurrent: Readonly<Record<string, () => Layer<tf.Tensor, tf.Tensor>>> = {
  lstm: () => lstm({ units: 6 }),
  gru: () => gru({ units: 6, returnSequences: true }),
  bidirectional: () => bidirectional((goBackwards) => lstm({ units: 6, goBackwards })),
};

/** The report of a training step, whose state was compared with that of the eager one after each of some calls. */
function trained(layer: Layer<tf.Tensor, tf.Tensor>, steps: number, exact: boolean): NativeReport {
  const task = { model: layer, loss: (output: tf.Tensor) => tf.mean(tf.square(output)), optimizer: adam({ learningRate: 0.01 }) };
  const step = trainStep(task as never);
  const x = tf.sin(tf.reshape(tf.range(0, 4 * steps * 3), [4, steps, 3]));
  const start = (): TrainState => initTrainState({ ...task, key: key(0), input: shapeOf([4, steps, 3]) } as never);
  const compiled = compile(step, { without: exact ? ['fuseElementwise', 'fuseEpilogues'] : [] });
  let [eagerState, state] = [start(), start()];
  for (let call = 0; call < 5; call++) {
    const before = eagerState;
    const [[next, logs], [compiledNext, compiledLogs]] = [tf.tidy(() => step(before, { x })), compiled(state, { x })];
    disposeTree(before);
    [eagerState, state] = [next, compiledNext];
    const [expected, actual] = [next, compiledNext].map((tree) => leaves<tf.Tensor>(tree).flatMap((tensor) => [...tensor.dataSync()]));
    for (const [i, value] of (expected as number[]).entries())
      if (exact) expect(actual?.[i]).toBe(value);
      else expect(Math.abs((actual?.[i] as number) - value)).toBeLessThan(1e-5);
    tf.dispose([logs, compiledLogs]);
  }
  const { native } = compiled.explain() ?? {};
  disposeTree([eagerState, state]);
  x.dispose();
  compiled.dispose();
  return native as NativeReport;
}

test.each(Object.entries(recurrent))('%s trains as it does eagerly, in loops', (_, make) => {
  expect(trained(make(), 9, true).walks).toBeGreaterThan(0);
  const [few, many] = [trained(make(), 12, false), trained(make(), 24, false)];
  expect(many).toMatchObject({ walks: 1, fallbacks: {} });
  expectSameCode(many, few);
  const found = many.loops.filter(({ calls, iterations }) => calls > 5 && iterations > 15);
  expect(found.length).toBe(make === recurrent['bidirectional'] ? 4 : 2);
});
