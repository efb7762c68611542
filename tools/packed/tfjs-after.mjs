// An app that uses Kumiko first, and then the whole of TensorFlow.js.
import assert from 'node:assert';
import './train.ts';

const tf = await import('@tensorflow/tfjs');
const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
const x = tf.tensor2d([0, 1, 2, 3], [4, 1]);
const { history } = await model.fit(x, tf.mul(x, 2), { epochs: 20, verbose: 0 });
assert(history.loss.at(-1) < history.loss[0] / 2, `expected the loss to fall, got ${history.loss}`);
