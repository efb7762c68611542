import * as tf from '@tensorflow/tfjs-core';
import { KumikoError, formatShape, leaves, type Tree } from '@kumiko/core';

/** The engine's hook that sees every tensor it makes. */
interface TensorTracker {
  trackTensor(tensor: tf.Tensor, backend: unknown): void;
}

/** Tensors in what a tracked function returned: they are the caller's, not a leak. */
function owned(result: unknown): Set<tf.Tensor> {
  if (typeof result !== 'object' || result === null) return new Set();
  return new Set(leaves(result as Tree).filter((leaf) => leaf instanceof tf.Tensor));
}

/**
 * Runs a function and throws if it leaves tensors behind that it neither disposed nor returned.
 *
 * @param fn may be asynchronous; the tree it returns is the caller's
 * @returns what `fn` returned
 * @throws KumikoError that lists the leaked tensors' shapes
 * @example
 * await trackLeaks(() => tf.tidy(() => tf.sum(tf.ones([3])))); // 3
 */
export async function trackLeaks<R>(fn: () => R | Promise<R>): Promise<R> {
  const engine = tf.engine() as unknown as TensorTracker;
  const made = new Set<tf.Tensor>();
  const track = engine.trackTensor;
  engine.trackTensor = function (tensor, backend) {
    made.add(tensor);
    track.call(this, tensor, backend);
  };
  let result: R;
  try {
    result = await fn();
  } finally {
    Reflect.deleteProperty(engine, 'trackTensor');
  }
  const kept = owned(result);
  const leaked = [...made].filter((tensor) => !tensor.isDisposed && !kept.has(tensor));
  if (leaked.length === 0) return result;
  const shapes = leaked.slice(0, 8).map((tensor) => `${tensor.dtype} ${formatShape(tensor.shape)}`);
  const more = leaked.length > shapes.length ? ` and ${leaked.length - shapes.length} more` : '';
  throw new KumikoError(
    'trackLeaks',
    `expected no tensors left behind, got ${leaked.length}: ${shapes.join(', ')}${more}. Wrap the code in tf.tidy or dispose them.`,
  );
}
