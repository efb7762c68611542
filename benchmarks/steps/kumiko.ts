/** `node kumiko.ts <workload> <threads> <eager|compiled>` */
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '../../packages/backend/src/index.ts';
import { wasm } from '../../packages/backend-wasm/src/index.ts';
import { compile } from '../../packages/compiler/src/index.ts';
import { key, shapeOf, type Layer, type Tree } from '../../packages/core/src/index.ts';
import { conv2d, dense, flattenFeatures, maxPool2d, relu, sequential } from '../../packages/layers/src/index.ts';
import { sparseCategoricalCrossEntropy } from '../../packages/losses/src/index.ts';
import { gpt } from '../../packages/models/src/index.ts';
import { adam, adamw } from '../../packages/optimizers/src/index.ts';
import { initTrainState, trainStep } from '../../packages/training/src/index.ts';
import { measure } from './measure.ts';

const [name = '', threads = '1', mode = 'compiled'] = process.argv.slice(2);
await selectBackend([wasm({ threads: Number(threads) })]);

const labels = (rows: number, classes: number): tf.Tensor =>
  tf.tensor1d(
    Int32Array.from({ length: rows }, (_, i) => i % classes),
    'int32',
  );
const conv = (filters: number, padding: 'same' | 'valid') => conv2d({ filters, kernelSize: 3, padding, activation: relu });
interface Task {
  readonly model: Layer<tf.Tensor, tf.Tensor>;
  readonly optimizer: ReturnType<typeof adam>;
  readonly batch: Record<string, tf.Tensor>;
}

const image = (layers: Layer<tf.Tensor, tf.Tensor>[], shape: number[], rows: number): Task => ({
  model: sequential(layers),
  optimizer: adam({ learningRate: 1e-3 }),
  batch: { x: tf.randomNormal([rows, ...shape]), y: labels(rows, 10) },
});

const makers: Record<string, () => Task> = {
  mlp: () => image([dense({ units: 256, activation: relu }), dense({ units: 128, activation: relu }), dense({ units: 10 })], [784], 64),
  cnn: () =>
    image(
      [
        ...[conv(32, 'valid'), maxPool2d(), conv(64, 'valid'), maxPool2d(), conv(64, 'valid'), flattenFeatures()],
        ...[dense({ units: 64, activation: relu }), dense({ units: 10 })],
      ],
      [32, 32, 3],
      32,
    ),
  fashion: () =>
    image(
      [
        ...[conv(32, 'same'), maxPool2d(), conv(64, 'same'), maxPool2d(), flattenFeatures()],
        ...[dense({ units: 128, activation: relu }), dense({ units: 10 })],
      ],
      [28, 28, 1],
      64,
    ),
  gpt: () => ({
    model: gpt({ vocabularySize: 65, contextLength: 64, numLayers: 4, numHeads: 4, features: 128 }) as unknown as Layer<
      tf.Tensor,
      tf.Tensor
    >,
    optimizer: adamw({ learningRate: 1e-3, beta2: 0.99, weightDecay: 0.1 }),
    batch: { x: tf.reshape(labels(12 * 64, 65), [12, 64]), y: tf.reshape(labels(12 * 64, 61), [12, 64]) },
  }),
};

const isForward = name === 'cnn-forward';
const { model, optimizer, batch } = makers[isForward ? 'cnn' : name]!();
const loss = (logits: tf.Tensor, { y }: { y: tf.Tensor }): tf.Scalar => sparseCategoricalCrossEntropy(logits, y) as tf.Scalar;
const eager = trainStep({ model, optimizer, loss: loss as never }) as unknown as (state: Tree, batch: Tree) => [Tree, Tree];
const step = mode === 'compiled' ? compile(eager) : (state: Tree, rows: Tree) => tf.tidy(() => eager(state, rows) as never) as [Tree, Tree];
const input = shapeOf((batch['x'] as tf.Tensor).shape);
if (isForward) {
  const { params, state: buffers } = model.init(key(0), input);
  const forward = (): tf.Tensor => model.apply({ params, state: buffers }, batch['x'] as tf.Tensor, { training: false })[0];
  const run = mode === 'compiled' ? compile(forward) : () => tf.tidy(forward);
  await measure(() => {
    const logits = run();
    logits.dataSync();
    logits.dispose();
  });
}
let state = initTrainState({ model, optimizer, key: key(0), input }) as unknown as Tree;
await measure(() => {
  const before = state;
  const [next, logs] = step(state, batch);
  if (mode !== 'compiled') tf.dispose(before as never);
  state = next;
  const { loss: value } = logs as { loss: tf.Tensor };
  value.dataSync();
  tf.dispose(logs as never);
});
