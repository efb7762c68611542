import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key } from '@kumiko/core';
import { ones } from '../initializers/ones.ts';
import { zeros } from '../initializers/zeros.ts';

/** Which parameters stand behind a normalisation. */
export interface AffineOptions {
  /** Whether to multiply each channel by a learned `gamma`, 1 at first. Default: true. */
  readonly scale?: boolean;
  /** Whether to add a learned `beta` to each channel, 0 at first. Default: true. */
  readonly center?: boolean;
}

/** Parameters of a normalisation. */
export interface AffineParams {
  readonly gamma?: tf.Tensor1D;
  readonly beta?: tf.Tensor1D;
}

/** The parameters that the options ask for, for `channels` channels. */
export function affineParams(key: Key, channels: number, { scale = true, center = true }: AffineOptions): { [name: string]: tf.Tensor } {
  return {
    ...(scale && { gamma: ones(foldIn(key, 'gamma'), [channels]) }),
    ...(center && { beta: zeros(foldIn(key, 'beta'), [channels]) }),
  };
}

/** `x gamma + beta`, without the parameters that are not there. */
export function affine(x: tf.Tensor, { gamma, beta }: AffineParams): tf.Tensor {
  const scaled = gamma ? tf.mul(x, gamma) : x;
  return beta ? tf.add(scaled, beta) : scaled;
}
