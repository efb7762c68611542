import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe } from 'vitest';

/** The backends of the suite. The engine is global, so that one runs after the other: ours comes last, because it takes the place of the stock one. */
const backends: readonly { readonly name: string; readonly start: () => Promise<unknown> }[] = [
  { name: 'cpu', start: () => tf.setBackend('cpu') },
  // A page would have to be told where the files of stock wasm lie.
  ...('document' in globalThis ? [] : [{ name: 'stock wasm', start: () => tf.setBackend('wasm') }]),
  { name: 'wasm', start: () => selectBackend([wasm({ threads: 1 })]) },
];

/** Runs a suite on every backend. */
export function onEveryBackend(suite: () => void): void {
  for (const { name, start } of backends) {
    describe(name, () => {
      beforeAll(async () => {
        await start();
      });
      suite();
    });
  }
}
