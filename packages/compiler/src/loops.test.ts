import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
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

test('an unrolled loop is emitted once: its code does not grow with its iterations', () => {
  const [few, many] = [compiledFor(8), compiledFor(40)];
  expect([few.fallbacks, many.fallbacks]).toEqual([{}, {}]);
  expect(many.calls).toBeGreaterThan(4 * few.calls);
  expect(many.codeBytes).toBe(few.codeBytes);
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
