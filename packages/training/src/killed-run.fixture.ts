/**
 * A run that is killed and resumed, as a program: `node --conditions=@kumiko/source killed-run.fixture.ts <folder>`.
 * It goes on from the last checkpoint in the folder, says a line a batch, and at its end writes `<folder>/end.safetensors`.
 */
import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { foldIn, generator, key, shapeOf, type Layer, type Metric } from '@kumiko/core';
import { batch, fromArrays, hostTensor, map, prefetch, shuffle } from '@kumiko/data';
import { saveSafetensors } from '@kumiko/formats';
import { adamw, chain, clipByGlobalNorm, cosineDecay, ema, multiSteps } from '@kumiko/optimizers';
import { checkpoint } from './checkpoint.ts';
import { earlyStopping } from './early-stopping.ts';
import { fit } from './fit.ts';
import { initTrainState } from './train-state.ts';
import { loadCheckpoint } from './load-checkpoint.ts';

const folder = process.argv[2] as string;
const ROWS = 41;
const FEATURES = 5;
const EPOCHS = 4;

await selectBackend([cpu()]);
const random = generator(key(1));
const rows = fromArrays({ x: hostTensor(random.normals(ROWS * FEATURES), [ROWS, FEATURES]), y: random.normals(ROWS) });

/** Linear, with noise on its input that the step's key decides, and a running mean as state. */
const model: Layer<tf.Tensor, tf.Tensor> = {
  name: 'noisy',
  init: (seed, output) => ({
    params: { layers: [{ w: tf.tensor2d(generator(seed).normals(FEATURES), [FEATURES, 1]) }], b: tf.scalar(0) },
    state: { mean: tf.zeros([FEATURES]) },
    output,
  }),
  apply({ params, state }, x, { training, key: stepKey }) {
    const { layers, b } = params as { layers: { w: tf.Tensor2D }[]; b: tf.Scalar };
    const { mean } = state as { mean: tf.Tensor };
    const words = training ? (stepKey as tf.Tensor1D).dataSync() : [0, 0];
    const noise = tf.tensor(
      generator(foldIn(foldIn(key(2), (words[0] as number) >>> 0), (words[1] as number) >>> 0)).normals(x.size),
      x.shape,
    );
    const input = training ? tf.add(x, tf.mul(noise, 0.1)) : x;
    const output = tf.add(tf.reshape(tf.matMul(input as tf.Tensor2D, layers[0]?.w as tf.Tensor2D), [-1]), b);
    return [output, { state: { mean: training ? tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(x, 0), 0.1)) : mean } }];
  },
};

const meanOutput: Metric<{ sum: tf.Tensor; count: tf.Tensor }, { output: unknown }, tf.Scalar> = {
  name: 'meanOutput',
  init: () => ({ sum: tf.scalar(0), count: tf.scalar(0) }),
  update: ({ sum, count }, { output }) => ({
    sum: tf.add(sum, tf.sum(output as tf.Tensor)),
    count: tf.add(count, (output as tf.Tensor).size),
  }),
  merge: (a, b) => ({ sum: tf.add(a.sum, b.sum), count: tf.add(a.count, b.count) }),
  result: ({ sum, count }) => tf.div(sum, count),
};

const optimizer = chain([
  clipByGlobalNorm(1),
  multiSteps(adamw({ learningRate: cosineDecay({ initialValue: 0.05, steps: 20 }), weightDecay: 0.1 }), 2),
  ema(0.9),
]);
const saved = await loadCheckpoint(folder);
const dataKey = saved?.dataKey ?? key(3);
const train = prefetch(map(batch(shuffle(rows, dataKey), 4), ({ x, y }) => ({ x: tf.tidy(() => tf.mul(x, 2)), y })));

const { state, history } = await fit({
  model,
  optimizer,
  loss: (output, { y }: { x: tf.Tensor; y: tf.Tensor }) => tf.squaredDifference(output, y),
  metrics: { meanOutput },
  lastBatch: 'pad',
  train,
  validation: batch(rows, 16),
  epochs: EPOCHS,
  callbacks: [
    { onBatch: ({ step }) => void process.stdout.write(`step ${step}\n`) },
    earlyStopping({ patience: 2 }),
    checkpoint({ folder, every: { batches: 1, epochs: 1 }, keep: 2, best: { name: 'loss' }, dataKey }),
  ],
  ...(saved ?? { state: initTrainState({ model, optimizer, key: key(0), input: shapeOf([1, FEATURES]) }) }),
});
// A run that was killed behind its last checkpoint has nothing left to do: its logs are those of the checkpoint.
const last = history.at(-1) ?? saved?.logs;
await saveSafetensors(`${folder}/end.safetensors`, state, { logs: JSON.stringify([last?.train, last?.validation]) });
process.stdout.write('end\n');
