import * as tf from '@tensorflow/tfjs-core';
import { flatten, type Tree } from '@kumiko/core';

/** Whether each tensor has finite numbers only, bool `[tensors]`. A tensor of integers has. */
export function areFinite(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  const finite = tensors.map((one) => (one.dtype === 'float32' ? tf.all(tf.isFinite(one)) : tf.scalar(true, 'bool')));
  return tf.stack(finite) as tf.Tensor1D;
}

/** What a step looks at with `checkFinite`, in its order, which is that of cause and effect. */
export function namesOfFinite(batch: Tree, params: Tree): string[] {
  const parameters = flatten(params).map(({ name }) => `'${name}'`);
  return [
    ...flatten(batch).map(({ name }) => `'${name}' of the batch`),
    ...parameters.map((name) => `the parameter ${name}`),
    'the loss',
    ...parameters.map((name) => `the gradient of ${name}`),
    ...parameters.map((name) => `the update of ${name}`),
  ];
}
