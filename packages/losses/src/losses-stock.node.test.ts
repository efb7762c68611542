/** In an app that has started TensorFlow.js its own way: its kernels and its gradients, none of ours. */
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { FLOAT32_TOLERANCE } from '@kumiko/testing';
import { beforeAll } from 'vitest';
import { lossesContract } from './losses-contract.fixture.ts';

beforeAll(() => tf.setBackend('cpu'));

lossesContract(FLOAT32_TOLERANCE);
