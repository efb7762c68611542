import * as tf from '@tensorflow/tfjs-core';
import { selectBackend, wasmHost } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { disposeTree, foldIn, key, shapeOf, type Layer, type Metric, type Tree } from '@kumiko/core';
import { dropoutLayer, sequential } from '@kumiko/layers';
import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { randomUniform } from '@kumiko/ops';
import { adamw, cosineDecay, linearWarmup } from '@kumiko/optimizers';
import { initTrainState, trainStep, type Evaluated, type StepLogs, type TrainState } from '@kumiko/training';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { makeModel } from '../../../examples/image-classifier/src/model.ts';
import { compile } from './compile.ts';

const BATCH_SIZE = 64;
type ImageBatch = { readonly x: tf.Tensor; readonly y: tf.Tensor };

const optimizer = adamw({
  learningRate: linearWarmup(cosineDecay({ initialValue: 3e-3, steps: 100 }), 10),
  weightDecay: 0.05,
  mask: (name) => name.endsWith('kernel'),
});

const batchOf = (step: number): ImageBatch => ({
  x: randomUniform(foldIn(key(2), step), [BATCH_SIZE, 28, 28, 1]),
  y: tf.cast(randomUniform(foldIn(key(3), step), [BATCH_SIZE], { maximum: 10 }), 'int32'),
});

/** How many predictions are right. */
const accuracy: Metric<Tree, Evaluated<ImageBatch>, Tree> = {
  name: 'accuracy',
  init: () => tf.scalar(0),
  update: (state, { output, batch }) =>
    tf.add(state as tf.Tensor, tf.sum(tf.cast(tf.equal(tf.argMax(output as tf.Tensor, -1), batch.y), 'float32'))),
  merge: (a, b) => tf.add(a as tf.Tensor, b as tf.Tensor),
  result: (state) => state,
};

/** The step of the example that classifies images. */
function compiledStep(model: Layer) {
  const step = trainStep<ImageBatch>({
    model,
    optimizer,
    loss: (logits, { y }) => sparseCategoricalCrossEntropy(logits, y, { labelSmoothing: 0.1 }),
    metrics: { accuracy },
  });
  return compile(step as unknown as (state: Tree, batch: Tree) => Tree[]);
}

describe.each([1, 2])('after the third call, on %s threads', (threads) => {
  beforeAll(async () => {
    await selectBackend([wasm({ threads })]);
  });

  test.each<[string, () => Layer]>([
    ['the example', makeModel],
    ['the example with dropout', () => sequential([dropoutLayer(0.1), makeModel()])],
  ])('a training step of %s allocates nothing', (_name, make) => {
    const model = make();
    const step = compiledStep(model);
    let state: TrainState = initTrainState({ model, optimizer, key: key(1), input: shapeOf([1, 28, 28, 1]) });
    const batches = Array.from({ length: 7 }, (_, i) => batchOf(i));
    const { memory } = wasmHost(tf.backend());
    const allocations = watchAllocations();
    const seen: object[] = [];
    for (const [i, batch] of batches.entries()) {
      const [next, logs] = step(state as Tree, batch) as unknown as [TrainState, StepLogs];
      state = next;
      disposeTree(logs as unknown as Tree);
      if (i >= 2) seen.push({ ...tf.memory(), heap: memory.buffer.byteLength, allocations: allocations() });
    }
    expect(seen).toEqual(seen.map(() => seen[0]));
    const native = step.explain()?.native;
    expect(native).toMatchObject({ walks: 1, fallbacks: {} });
    expect((native?.arenaBytes ?? Infinity) / (native?.arenaLowerBound ?? 1)).toBeLessThan(1.3);
    disposeTree([state, batches] as unknown as Tree);
    step.dispose();
    vi.restoreAllMocks();
  });
});

/** How often the heap was asked for memory, by tfjs and by whoever has the host. */
function watchAllocations(): () => number {
  const backend = tf.backend() as unknown as { readonly wasm: { _malloc(bytes: number): number } };
  const spies = [vi.spyOn(backend.wasm, '_malloc'), vi.spyOn(wasmHost(backend), 'alloc')];
  return () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
}
