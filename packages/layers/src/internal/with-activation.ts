import type { Tensor, fused } from '@tensorflow/tfjs-core';
import type { Activation } from '../activation.ts';
import { relu } from '../relu.ts';

/** What tfjs can fuse into a matrix product or a convolution. */
type FusedName = NonNullable<Parameters<typeof fused.matMul>[0]['activation']>;

/**
 * Calls a fused op of tfjs with a layer's activation: the activation becomes part of the kernel when tfjs knows it and no gradient
 * will be taken, and is applied to the result otherwise. (In training tfjs would take the fused op apart, the bias with it.)
 */
export function withActivation<T extends Tensor>(
  activation: Activation | undefined,
  training: boolean,
  op: (fusedName: FusedName) => T,
): T {
  if (activation === undefined) return op('linear');
  return !training && activation === relu ? op('relu') : activation(op('linear'));
}
