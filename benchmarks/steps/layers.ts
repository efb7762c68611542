/** `node layers.ts <workload> <threads> <plain|compiled>`: an unmodified model of tfjs-layers on our backend, without and with `compileTraining`. */
import * as tf from '@tensorflow/tfjs';
import { selectBackend } from '../../packages/backend/src/index.ts';
import { wasm } from '../../packages/backend-wasm/src/index.ts';
import { compileTraining } from '../../packages/tfjs-layers/src/index.ts';
import { measure } from './measure.ts';

const [name = '', threads = '1', mode = 'compiled'] = process.argv.slice(2);
await selectBackend([wasm({ threads: Number(threads) })]);

const { layers } = tf;
const conv = (filters: number, padding: 'same' | 'valid') => layers.conv2d({ filters, kernelSize: 3, padding, activation: 'relu' });
const pool = () => layers.maxPooling2d({ poolSize: 2 });
const head = (units: number) => [layers.dense({ units, activation: 'relu' }), layers.dense({ units: 10, activation: 'softmax' })];

const makers: Readonly<Record<string, () => { input: number[]; rows: number; stack: tf.layers.Layer[] }>> = {
  mlp: () => ({ input: [784], rows: 64, stack: [layers.dense({ units: 256, activation: 'relu' }), ...head(128)] }),
  cnn: () => ({
    input: [32, 32, 3],
    rows: 32,
    stack: [conv(32, 'valid'), pool(), conv(64, 'valid'), pool(), conv(64, 'valid'), layers.flatten(), ...head(64)],
  }),
  fashion: () => ({
    input: [28, 28, 1],
    rows: 64,
    stack: [conv(32, 'same'), pool(), conv(64, 'same'), pool(), layers.flatten(), ...head(128)],
  }),
};

const { input, rows, stack } = makers[name === 'cnn-forward' ? 'cnn' : name]!();
const model = tf.sequential({ layers: [layers.inputLayer({ inputShape: input }), ...stack] });
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
if (mode === 'compiled') compileTraining(model);
const x = tf.randomNormal([rows, ...input]);
const y = tf.oneHot(
  tf.tensor1d(
    Array.from({ length: rows }, (_, i) => i % 10),
    'int32',
  ),
  10,
);
await measure(
  name === 'cnn-forward' ? () => tf.tidy(() => void (model.predict(x) as tf.Tensor).dataSync()) : () => model.trainOnBatch(x, y),
);
