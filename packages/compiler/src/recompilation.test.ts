import * as tf from '@tensorflow/tfjs-core';
import { selectBackend, wasmHost } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { key, shapeOf } from '@kumiko/core';
import { dense, relu, sequential } from '@kumiko/layers';
import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { adamw } from '@kumiko/optimizers';
import { type Task, fit, initTrainState } from '@kumiko/training';
import { beforeAll, expect, test, vi } from 'vitest';

beforeAll(async () => {
  await selectBackend([wasm({ threads: 2 })]);
});

const task: Task = {
  model: sequential([dense({ units: 5, activation: relu }), dense({ units: 3 })]),
  optimizer: adamw({ learningRate: 0.05 }),
  loss: (logits, batch) => sparseCategoricalCrossEntropy(logits, batch['y'] as tf.Tensor, { reduction: 'none' }),
};

/** Programs that were made, and calls of the step as it is, while it was trained on batches of 8, 8 and 4, and validated on some of 8 and 2. */
async function train(lastBatch: 'keep' | 'drop' | 'pad', epochs: number): Promise<{ programs: number; plainCalls: number }> {
  const host = wasmHost(tf.backend());
  const made = vi.spyOn(host, 'instantiate');
  const updated = vi.spyOn(task.optimizer, 'update');
  const data = (rows: number) => ({
    x: tf.tidy(() => tf.reshape(tf.linspace(-1, 1, rows * 4), [rows, 4])),
    y: tf.tensor1d(
      Array.from({ length: rows }, (_, i) => i % 3),
      'int32',
    ),
  });
  const [training, validation] = [data(20), data(10)];
  const { state, history } = await fit({
    ...task,
    state: initTrainState({ ...task, key: key(1), input: shapeOf([1, 4]) }),
    train: training,
    validation,
    batchSize: 8,
    epochs,
    lastBatch,
  });
  expect(history).toHaveLength(epochs);
  const programs = made.mock.calls.filter(([name]) => name.startsWith('compiled')).length;
  const plainCalls = updated.mock.calls.length;
  vi.restoreAllMocks();
  tf.dispose([training, validation, state] as tf.TensorContainer);
  return { programs, plainCalls };
}

test('a smaller last batch makes a second program, once; validation makes none', async () => {
  // Two recorded calls for each size: the small batch's are in the first two epochs.
  expect(await train('keep', 3)).toEqual({ programs: 2, plainCalls: 4 });
  expect(await train('keep', 6)).toEqual({ programs: 2, plainCalls: 4 });
});

test.each(['drop', 'pad'] as const)('without a batch of another size there is one program: %s', async (lastBatch) => {
  expect(await train(lastBatch, 3)).toEqual({ programs: 1, plainCalls: 2 });
});
