/** In an app that has started TensorFlow.js its own way: its kernels and its gradients, none of ours. */
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT32_TOLERANCE } from '@kumiko/testing';
import { beforeAll, describe } from 'vitest';
import { lossesContract } from './losses-contract.fixture.ts';

describe.each(['cpu', 'wasm'])('stock %s', (backend) => {
  beforeAll(() => tf.setBackend(backend));
  lossesContract(FLOAT32_TOLERANCE);
});
