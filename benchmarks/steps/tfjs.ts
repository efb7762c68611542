/** `node tfjs.ts <mlp|cnn-forward>`: plain TensorFlow.js on its own wasm backend, which trains the MLP alone. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { measure } from './measure.ts';

const [name] = process.argv.slice(2);
if (name !== 'mlp' && name !== 'cnn-forward')
  throw new Error(`tfjs: expected mlp or cnn-forward, got ${name}. Stock wasm cannot train convolutions or embeddings.`);
tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
await tf.setBackend('wasm');

if (name === 'cnn-forward') {
  const conv = (filters: number) => tf.layers.conv2d({ filters, kernelSize: 3, activation: 'relu' });
  const pool = () => tf.layers.maxPooling2d({ poolSize: 2 });
  const stack = [conv(32), pool(), conv(64), pool(), conv(64), tf.layers.flatten()];
  const head = [tf.layers.dense({ units: 64, activation: 'relu' }), tf.layers.dense({ units: 10 })];
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [32, 32, 3] }), ...stack, ...head] });
  const images = tf.randomNormal([32, 32, 32, 3]);
  await measure(() => tf.tidy(() => void (model.predict(images) as tf.Tensor).dataSync()));
}

const sizes = [784, 256, 128, 10];
const parameters = sizes.slice(1).map((units, i) => ({
  kernel: tf.variable(tf.randomNormal([sizes[i]!, units], 0, 0.05)),
  bias: tf.variable(tf.zeros([units])),
}));
const x = tf.randomNormal([64, 784]);
const y = tf.oneHot(
  tf.tensor1d(
    Array.from({ length: 64 }, (_, i) => i % 10),
    'int32',
  ),
  10,
);
const optimizer = tf.train.adam(1e-3);
await measure(() => {
  const loss = optimizer.minimize(() => {
    let h: tf.Tensor = x;
    for (const [i, { kernel, bias }] of parameters.entries()) {
      h = tf.add(tf.matMul(h as tf.Tensor2D, kernel as tf.Tensor2D), bias);
      if (i < 2) h = tf.relu(h);
    }
    return tf.losses.softmaxCrossEntropy(y, h) as tf.Scalar;
  }, true);
  loss!.dataSync();
  loss!.dispose();
});
