import * as tf from '@tensorflow/tfjs-core';
import { check, type Layer, type Tree } from '@kumiko/core';
import type { CountedLayer } from '../counted-layer.ts';
import { flopsOf } from '../internal/flops-of.ts';

/** Options of {@link weightNorm}. */
export interface WeightNormOptions {
  /** Which parameter of the layer is normalised. Default: `'kernel'`. */
  readonly parameter?: string;
}

/** The length of each output's vector: over all axes but the last, which stay with size 1. */
function lengths(direction: tf.Tensor): tf.Tensor {
  return tf.sqrt(
    tf.sum(
      tf.square(direction),
      direction.shape.slice(1).map((_size, axis) => axis),
      true,
    ),
  );
}

/**
 * The same layer with its kernel split into a length and a direction for each output: `kernel = gain * direction / |direction|`, where
 * `|.|` is the Euclidean norm over all axes but the last.
 *
 * Parameters: those of the layer with `direction` and `gain` (`[1,...,outputs]`) instead of the kernel; at first they give the kernel
 * that the layer draws.
 *
 * @param layer has its outputs on the kernel's last axis, as {@link dense}, {@link conv1d}, {@link conv2d} and {@link conv3d}
 * @param options all optional
 * @throws KumikoError from `init` when the layer has no such parameter
 * @example
 * const layer = weightNorm(dense({ units: 2 }));
 * Object.keys(layer.init(key(0), shapeOf([1, 4])).params); // ['direction', 'gain', 'bias']
 * @see Salimans and Kingma, "Weight normalization", NeurIPS 2016; torch.nn.utils.weight_norm
 */
export function weightNorm(
  layer: Layer<tf.Tensor, tf.Tensor>,
  { parameter = 'kernel' }: WeightNormOptions = {},
): CountedLayer<tf.Tensor, tf.Tensor> {
  return {
    name: layer.name,
    init(key, input) {
      const { params, ...made } = layer.init(key, input);
      const { [parameter]: direction, ...rest } = params as { [name: string]: tf.Tensor };
      check(
        direction !== undefined,
        'weightNorm',
        () =>
          `expected a layer with the parameter '${parameter}', got ${Object.keys(params).join(', ') || 'none'}. Pass its name as the option 'parameter'.`,
      );
      return { ...made, params: { direction, gain: tf.tidy(() => lengths(direction)), ...rest } };
    },
    apply({ params, state }, x, context): [tf.Tensor, { state: Tree; cache?: Tree }] {
      const { direction, gain, ...rest } = params as { [name: string]: tf.Tensor } & Record<'direction' | 'gain', tf.Tensor>;
      const kernel = tf.mul(direction, tf.div(gain, lengths(direction)));
      return layer.apply({ params: { ...rest, [parameter]: kernel }, state }, x, context);
    },
    flops: ({ input }) => flopsOf(layer, input),
  };
}
