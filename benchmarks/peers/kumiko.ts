import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '../../packages/backend/src/index.ts';
import { wasm } from '../../packages/backend-wasm/src/index.ts';
import type { Peer } from '../peer.ts';
import { prepareOnTensorflow } from './tensorflow.ts';

/** The backend of this repository, from source. */
export async function startPeer(threads: number): Promise<Peer> {
  const { capabilities } = await selectBackend([wasm({ threads })]);
  const build = capabilities.relaxedSimd ? 'relaxed-simd' : 'simd';
  return {
    version: `@kumiko/backend-wasm, ${build}, tfjs ${tf.version_core}`,
    prepare: (row) => Promise.resolve(prepareOnTensorflow(row)),
  };
}
