import { findBackend } from '@tensorflow/tfjs-core';
import { wasm } from '../../../packages/backend-wasm/src/index.ts';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { Configuration } from '../configuration.ts';

/** Our backend under the name `wasm`, as `selectBackend` starts it. */
export async function register({ threads }: Configuration): Promise<void> {
  await wasm({ threads }).start();
  // The specs reset the engine after every suite, which disposes the backend; this one is started once and serves them all.
  findBackend('wasm').dispose = () => {};
}
