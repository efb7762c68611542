import * as tf from '@tensorflow/tfjs-core';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import type { Peer } from '../peer.ts';
import { prepareOnTensorflow } from './tensorflow.ts';

/** tfjs' own wasm backend in its SIMD build, which runs one thread in Node. */
export async function startPeer(): Promise<Peer> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs: expected its wasm backend to start, got an error.');
  return { version: `@tensorflow/tfjs-backend-wasm ${version_wasm}, simd`, prepare: (row) => Promise.resolve(prepareOnTensorflow(row)) };
}
