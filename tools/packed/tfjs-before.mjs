// An app that uses the whole of TensorFlow.js first, and then Kumiko.
import assert from 'node:assert';
import * as tf from '@tensorflow/tfjs';

tf.env().set('IS_TEST', true); // no advertisement of tfjs-node
const sum = await tf.tidy(() => tf.tensor1d([1, 2, 3]).sum()).data();
assert.equal(sum[0], 6);
await import('./train.ts');
