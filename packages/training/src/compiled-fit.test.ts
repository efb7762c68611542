import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { key, leaves, shapeOf } from '@kumiko/core';
import { adamw } from '@kumiko/optimizers';
import { dense, relu, sequential } from '@kumiko/layers';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { fit } from './fit.ts';
import { initTrainState } from './train-state.ts';

const model = sequential([dense({ units: 5, activation: relu }), dense({ units: 1 })]);
const optimizer = adamw({ learningRate: 0.05 });

/** 20 rows: batches of 8, 8 and 4. */
function train(loss: (y: tf.Tensor, batch: { y: tf.Tensor }) => tf.Tensor, compile?: boolean) {
  const x = tf.tidy(() => tf.reshape(tf.linspace(-1, 1, 60), [20, 3]));
  const y = tf.tidy(() => tf.sum(tf.square(x), 1, true));
  const state = initTrainState({ model, optimizer, key: key(5), input: shapeOf([1, 3]) });
  const run = fit({
    model,
    optimizer,
    loss,
    state,
    train: { x, y },
    batchSize: 8,
    epochs: 6,
    ...(compile === undefined ? {} : { compile }),
  });
  return run.finally(() => tf.dispose([x, y]));
}

const meanSquared = (prediction: tf.Tensor, { y }: { y: tf.Tensor }): tf.Tensor => tf.mean(tf.squaredDifference(prediction, y));

describe.each(['cpu', 'wasm'])('on %s', (name) => {
  beforeAll(async () => {
    await selectBackend([name === 'wasm' ? wasm({ threads: 2 }) : cpu()]);
  });
  afterEach(() => vi.restoreAllMocks());

  test('a compiled run gives what the plain one gives, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    const [plain, compiled] = [await train(meanSquared, false), await train(meanSquared)];
    const values = ({ state }: typeof plain) => leaves<tf.Tensor>(state.params).flatMap((tensor) => [...tensor.dataSync()]);
    const expected = values(plain);
    // On wasm fused expressions may round otherwise in the last place.
    values(compiled).forEach((value, i) =>
      expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(name === 'wasm' ? 1e-6 : 0),
    );
    expect(compiled.history.map((record) => record.train['loss'])).toHaveLength(6);
    tf.dispose(leaves<tf.Tensor>([plain.state, compiled.state] as never));
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a step that is no program runs as it is after one warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const reading = (prediction: tf.Tensor, batch: { y: tf.Tensor }): tf.Tensor => {
      const value = meanSquared(prediction, batch);
      return Number.isNaN(value.dataSync()[0]) ? tf.zerosLike(value) : value;
    };
    const [plain, refused] = [await train(meanSquared, false), await train(reading)];
    expect(refused.history.at(-1)?.train['loss']).toBe(plain.history.at(-1)?.train['loss']);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/^fit runs its steps one kernel after the other.* compile: .*host.* Or pass compile: false\.$/);
    tf.dispose(leaves<tf.Tensor>([plain.state, refused.state] as never));
  });
});
