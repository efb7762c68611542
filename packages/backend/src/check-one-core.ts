import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';

/**
 * Two copies of tfjs-core share one engine but not their classes: tensors of one fail in the other in puzzling ways.
 * A tensor that the shared engine makes belongs to the copy that was loaded first.
 *
 * @throws KumikoError when this package's tfjs-core is not the engine's
 * @example
 * checkOneCore();
 */
export function checkOneCore(): void {
  const probe = tf.engine().makeTensor(new Float32Array(1), [1], 'float32');
  const same = probe.constructor === tf.Tensor;
  probe.dispose();
  check(
    same,
    'selectBackend',
    () =>
      'expected one copy of @tensorflow/tfjs-core, got two. Run `npm ls @tensorflow/tfjs-core`, align the versions (4.22.x) and dedupe; in a bundler, alias it to one file.',
  );
}
