import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';
import { relu } from '../activations/relu.ts';
import { relu6 } from '../activations/relu6.ts';

/** What tfjs can fuse into a matrix product or a convolution. */
type FusedName = NonNullable<Parameters<typeof tf.fused.matMul>[0]['activation']>;

/** The bias and the activation of a fused op. */
export interface Fusion {
  readonly bias?: tf.Tensor1D;
  readonly activation: FusedName;
}

/** A product with its bias and activation, in one kernel or in three. */
export interface BiasedActivation<T extends tf.Tensor> {
  readonly activation: Activation | undefined;
  readonly bias: tf.Tensor1D | undefined;
  readonly training: boolean;
  /** The product alone. */
  readonly plain: () => T;
  /** The product, bias and activation as one op of tfjs; absent where there is none. */
  readonly fused?: ((fusion: Fusion) => T) | undefined;
}

/** Activations that tfjs fuses. */
const fusedNames: ReadonlyMap<Activation, FusedName> = /* @__PURE__ */ new Map<Activation, FusedName>([
  [relu, 'relu'],
  [relu6, 'relu6'],
]);

/**
 * `activation(product + bias)`: fused outside of training, if tfjs knows the activation. In training each op stands alone, because the
 * gradient of a fused op always computes that of its input too, which the first layer of a network throws away.
 */
export function biasedActivation<T extends tf.Tensor>({ activation, bias, training, plain, fused }: BiasedActivation<T>): T {
  if (training || !fused) {
    const biased: T = bias ? tf.add(plain(), bias) : plain();
    return activation ? activation(biased) : biased;
  }
  const operands = bias ? { bias } : {};
  const name = activation && fusedNames.get(activation);
  if (name) return fused({ ...operands, activation: name });
  const linear = fused({ ...operands, activation: 'linear' });
  return activation ? activation(linear) : linear;
}
