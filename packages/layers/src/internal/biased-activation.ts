import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';
import { relu } from '../relu.ts';

/** What tfjs can fuse into a matrix product or a convolution. */
type FusedName = NonNullable<Parameters<typeof tf.fused.matMul>[0]['activation']>;

/** A product with its bias and activation, in one kernel or in three. */
export interface BiasedActivation<T extends tf.Tensor> {
  readonly activation: Activation | undefined;
  readonly bias: tf.Tensor1D | undefined;
  readonly training: boolean;
  /** The product alone. */
  plain(): T;
  /** The product, bias and activation as one op of tfjs. */
  fused(options: { bias?: tf.Tensor1D; activation: FusedName }): T;
}

/**
 * `activation(product + bias)`: fused outside of training, if tfjs knows the activation. In training each op stands alone, because the
 * gradient of a fused op always computes that of its input too, which the first layer of a network throws away.
 */
export function biasedActivation<T extends tf.Tensor>({ activation, bias, training, plain, fused }: BiasedActivation<T>): T {
  if (training) {
    const biased: T = bias ? tf.add(plain(), bias) : plain();
    return activation ? activation(biased) : biased;
  }
  const operands = bias ? { bias } : {};
  if (activation === relu) return fused({ ...operands, activation: 'relu' });
  const linear = fused({ ...operands, activation: 'linear' });
  return activation ? activation(linear) : linear;
}
