import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree, leaves } from '@kumiko/core';
import { earlyStopping, type EarlyStoppingOptions } from './early-stopping.ts';
import { epochEvent } from './events.fixture.ts';
import type { TrainState } from './train-state.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});
let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`expected no tensors left behind, got ${left}`);
});

/** Epochs with these losses, whose states hold their number; where it ended, and which state it ended with. */
async function runEpochs(
  losses: readonly number[],
  options: EarlyStoppingOptions,
  cutAt?: number,
): Promise<{ epoch: number; state: number }> {
  let callback = earlyStopping(options);
  let state = { params: tf.scalar(-1) } as unknown as TrainState;
  const run = { stopped: false };
  const stop = (): void => {
    run.stopped = true;
  };
  let epoch = -1;
  while (!run.stopped && epoch + 1 < losses.length) {
    epoch++;
    disposeTree(state);
    state = { params: tf.scalar(epoch) } as unknown as TrainState;
    const replace = (other: TrainState): void => {
      disposeTree(state);
      state = other;
    };
    await callback.onEpoch(epochEvent({ epoch, epochs: losses.length, state, train: { loss: losses[epoch] }, stop, replace }));
    if (epoch === cutAt) {
      // As a checkpoint keeps it: copies of the tensors, the values as JSON.
      const { values, tensors } = callback.save();
      const copy = leaves<tf.Tensor>(tensors).map((leaf) => tf.clone(leaf));
      await callback.onEnd();
      callback = earlyStopping(options);
      run.stopped = false;
      callback.load({ values: JSON.parse(JSON.stringify(values)) as typeof values, tensors: { params: copy[0] as tf.Tensor } }, stop);
    }
  }
  await callback.onEnd();
  const [value] = (state.params as tf.Tensor).dataSync();
  disposeTree(state);
  return { epoch, state: value as number };
}

test('ends after so many epochs without an improvement, with the best state', async () => {
  expect(await runEpochs([5, 3, 4, 3, 1], { patience: 2 })).toEqual({ epoch: 3, state: 1 });
  expect(await runEpochs([5, 3, 4, 2, 1], { patience: 2 })).toEqual({ epoch: 4, state: 4 });
  expect(await runEpochs([5, 3, 4, 3, 1], { patience: 2, restoreBest: false })).toEqual({ epoch: 3, state: 3 });
});

test('restores the best after the last epoch as well', async () => {
  expect(await runEpochs([5, 3, 4], { patience: 9 })).toEqual({ epoch: 2, state: 1 });
});

test('looks for more where more is better, and for more than a margin', async () => {
  const monitor = { name: 'loss', mode: 'max' } as const;
  expect(await runEpochs([1, 2, 1, 1], { monitor, patience: 2 })).toEqual({ epoch: 3, state: 1 });
  expect(await runEpochs([10, 9.5, 9.1, 8.9], { patience: 2, minDelta: 1 })).toEqual({ epoch: 2, state: 0 });
});

test('NaN is no improvement, and anything is better', async () => {
  expect(await runEpochs([NaN, 5, NaN, NaN], { patience: 2 })).toEqual({ epoch: 3, state: 1 });
});

test('goes on after a checkpoint as it would have, also when it was over', async () => {
  for (const cutAt of [0, 1, 2, 3]) expect(await runEpochs([5, 3, 4, 3, 1], { patience: 2 }, cutAt)).toEqual({ epoch: 3, state: 1 });
});

test('says what is wrong', async () => {
  expect(() => earlyStopping({ patience: 0 })).toThrow('earlyStopping: expected patience to be a whole number of at least 1, got 0. ');
  expect(() => earlyStopping({ minDelta: -1 })).toThrow('earlyStopping: expected minDelta of at least 0, got -1. ');
  const callback = earlyStopping({ monitor: { name: 'accuracy' } });
  expect(() => callback.onEpoch(epochEvent({ train: { loss: 1 } }))).toThrow(
    "earlyStopping: expected a number 'accuracy' in the logs, got loss. Add the metric or the validation data to fit, or name another.",
  );
});
