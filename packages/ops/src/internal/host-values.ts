import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';

/** The part of tfjs' webgpu backend that knows whether values are still on the host. */
interface WebgpuBackend {
  readonly tensorMap: { get(dataId: object): { readonly values?: unknown } | undefined };
}

/**
 * A tensor's values, read at once. On webgpu only those that never left the host: tfjs' synchronous read goes through a canvas there and
 * gives wrong integers.
 *
 * @throws KumikoError on webgpu, when the GPU computed the tensor
 */
export function hostValues({ dataId }: tf.TensorInfo, backend: tf.KernelBackend = tf.backend()): tf.TypedArray {
  if (tf.getBackend() === 'webgpu') {
    check(
      ((backend as unknown as WebgpuBackend).tensorMap.get(dataId)?.values ?? undefined) !== undefined,
      'random',
      () =>
        'expected a key and a step that were made on the host, got one that webgpu computed. Pass a host key: foldIn(key, step) with a step number.',
    );
  }
  return backend.readSync(dataId) as tf.TypedArray;
}
