import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '../../packages/backend/src/index.ts';
import { wasm } from '../../packages/backend-wasm/src/index.ts';
import { layerNorm, logSoftmax, rmsNorm } from '../../packages/ops/src/index.ts';
import type { Peer } from '../peer.ts';
import { prepareOnTensorflow } from './tensorflow.ts';

/** Fused ops put their kernels into the registry when they are first called, and their gradients' when those are. */
function registerFusedOps(): void {
  tf.tidy(() => {
    const vector = tf.ones([1]);
    tf.grads((x: tf.Tensor, gamma: tf.Tensor) => tf.add(logSoftmax(layerNorm(x, gamma, vector)), rmsNorm(x, gamma)))([vector, vector]);
  });
}

/** The backend of this repository, from source. */
export async function startPeer(threads: number): Promise<Peer> {
  const { capabilities } = await selectBackend([wasm({ threads })]);
  registerFusedOps();
  const build = capabilities.relaxedSimd ? 'relaxed-simd' : 'simd';
  return {
    version: `@kumiko/backend-wasm, ${build}, tfjs ${tf.version_core}`,
    prepare: (row) => Promise.resolve(prepareOnTensorflow(row)),
  };
}
