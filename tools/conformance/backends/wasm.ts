import { findBackend } from '@tensorflow/tfjs-core';
import { wasm } from '../../../packages/backend-wasm/src/index.ts';
import { selectBackend } from '../../../packages/backend/src/index.ts';
import type { Configuration } from '../configuration.ts';

/** Our backend under the name `wasm`, with tfjs' gradients or with our own alone. */
export async function register({ threads, gradients, deterministic }: Configuration): Promise<void> {
  if (gradients === 'own') await selectBackend([wasm({ threads, deterministic })]);
  else {
    await wasm({ threads, deterministic }).start();
    await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  }
  // The specs reset the engine after every suite, which disposes the backend; this one is started once and serves them all.
  findBackend('wasm').dispose = () => {};
}
