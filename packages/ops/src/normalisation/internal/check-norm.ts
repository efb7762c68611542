import type * as tf from '@tensorflow/tfjs-core';
import { check, formatShape } from '@kumiko/core';

/** Refuses what cannot be normalised over its last axis. @throws KumikoError */
export function checkNorm(symbol: string, x: tf.Tensor, vectors: Readonly<Record<string, tf.Tensor>>, epsilon: number): void {
  check(
    x.dtype === 'float32' && x.rank > 0,
    symbol,
    () => `expected x as float32 of rank 1 or more, got ${x.dtype} ${formatShape(x.shape)}. Cast or reshape x.`,
  );
  const columns = x.shape.at(-1) as number;
  for (const [name, vector] of Object.entries(vectors)) {
    check(
      vector.dtype === 'float32' && vector.rank === 1 && vector.size === columns,
      symbol,
      () =>
        `expected ${name} as float32 [${columns}], got ${vector.dtype} ${formatShape(vector.shape)}. Give it the length of the last axis of x.`,
    );
  }
  check(
    Number.isFinite(epsilon) && epsilon >= 0,
    symbol,
    () => `expected a finite epsilon >= 0, got ${epsilon}. Pass a small positive number such as 1e-5.`,
  );
}
