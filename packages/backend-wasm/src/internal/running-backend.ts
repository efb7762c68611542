import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** The wasm backend that runs, if one does. `tf.findBackend` would start tfjs' own. */
export function runningBackend(): BackendWasm | undefined {
  const { registry } = tf.engine() as unknown as { registry: Record<string, BackendWasm | undefined> };
  return registry['wasm'];
}
