import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { consumeTree, isConsumed } from './donated.ts';

type State = { readonly w: tf.Tensor };

const MESSAGE =
  /^compile: expected a live tensor.*, got state that a compiled step has consumed: .* before the call, or pass \{ donate: false \}\.$/;

describe.each(['cpu', 'wasm'])('on %s', (name) => {
  beforeAll(async () => {
    await selectBackend([name === 'wasm' ? wasm({ threads: 2 }) : cpu()]);
  });

  test('state that a call consumed says so when it is read, computed with or passed on, from the first call on', async () => {
    const step = compile(({ w }: State): State => ({ w: tf.mul(w, 2) }));
    let state: State = { w: tf.ones([2, 2]) };
    for (let call = 0; call < 4; call++) {
      const { w } = state;
      state = step(state);
      expect(isConsumed(w)).toBe(true);
      expect(() => w.dataSync()).toThrow(MESSAGE);
      await expect(w.data()).rejects.toThrow(MESSAGE);
      expect(() => w.toString()).toThrow(MESSAGE);
      const x = tf.zeros([2, 2]);
      for (const use of [
        () => tf.add(w, x),
        () => tf.clone(w),
        () => tf.reshape(w, [4]),
        () => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D),
        () => tf.concat([x, w]),
        () => tf.variable(w),
        () => tf.grad((y) => tf.square(y))(w),
        () => step({ w }),
      ]) {
        expect(use).toThrow(MESSAGE);
      }
      x.dispose();
      // Nothing to dispose twice.
      const { numTensors } = tf.memory();
      w.dispose();
      expect(tf.memory().numTensors).toBe(numTensors);
    }
    expect([...state.w.dataSync()]).toEqual([16, 16, 16, 16]);
    state.w.dispose();
    step.dispose();
  });

  test('`best = params` outlives the steps when it is a copy, or when nothing is donated', () => {
    for (const donate of [true, false]) {
      const step = compile(({ w }: State): State => ({ w: tf.mul(w, 2) }), { donate });
      let state: State = { w: tf.ones([3]) };
      const kept: tf.Tensor[] = [];
      for (let call = 0; call < 5; call++) {
        kept.push(donate ? tf.clone(state.w) : state.w);
        state = step(state);
      }
      expect(kept.map((tensor) => tensor.dataSync()[0])).toEqual([1, 2, 4, 8, 16]);
      tf.dispose([kept, state.w]);
      step.dispose();
    }
  });

  test('what the result holds too is not consumed', () => {
    const [a, b] = [tf.scalar(1), tf.scalar(2)];
    consumeTree({ a, b }, [b]);
    expect([isConsumed(a), isConsumed(b), b.dataSync()[0]]).toEqual([true, false, 2]);
    b.dispose();
  });
});
