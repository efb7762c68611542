import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, type Layer, type Tree } from '@kumiko/core';
import type { CountedLayer } from '../counted-layer.ts';
import { varianceScaling } from '../initializers/variance-scaling.ts';
import { checkEpsilon } from '../internal/check-epsilon.ts';
import { checkPositiveInteger } from '../internal/check-positive-integer.ts';
import { flopsOf } from '../internal/flops-of.ts';
import { stopGradient } from '../internal/stop-gradient.ts';

/** Options of {@link spectralNorm}. */
export interface SpectralNormOptions {
  /** Which parameter of the layer is normalised. Default: `'kernel'`. */
  readonly parameter?: string;
  /** Steps of the power iteration in a training call, at least 1. Default: 1. */
  readonly iterations?: number;
  /** The least length that is divided by, above 0. Default: 1e-12. */
  readonly epsilon?: number;
}

/** State of {@link spectralNorm}. */
interface SpectralNormState {
  /** Of the outputs, length 1. */
  readonly left: tf.Tensor2D;
  /** Of the inputs, length 1. */
  readonly right: tf.Tensor2D;
  readonly layer?: Tree;
}

const standardNormal = /* @__PURE__ */ varianceScaling({ mode: 'fanOut', distribution: 'normal' });

/**
 * The same layer with its kernel divided by its largest singular value, so that the layer enlarges no difference: `kernel / sigma`,
 * `sigma = right^T W left`, with W the kernel as a matrix `[inputs, outputs]`. A training call first improves the vectors by the power
 * iteration `right = W left / |W left|`, `left = W^T right / |W^T right|`; no gradient flows through them.
 *
 * Parameters: those of the layer. State: `left` float32 `[outputs, 1]` and `right` `[inputs, 1]` (PyTorch: `weight_u`, `weight_v`),
 * and `layer`, the layer's own where it has any.
 *
 * @param layer has its outputs on the kernel's last axis, as {@link dense}, {@link conv1d}, {@link conv2d} and {@link conv3d}
 * @param options all optional
 * @throws KumikoError when an option is out of range; `init` when the layer has no such parameter
 * @example
 * const layer = spectralNorm(dense({ units: 2 }));
 * Object.keys(layer.init(key(0), shapeOf([1, 4])).state); // ['left', 'right']
 * @see Miyato et al., "Spectral normalization for generative adversarial networks", ICLR 2018; torch.nn.utils.spectral_norm
 */
export function spectralNorm(
  layer: Layer<tf.Tensor, tf.Tensor>,
  { parameter = 'kernel', iterations = 1, epsilon = 1e-12 }: SpectralNormOptions = {},
): CountedLayer<tf.Tensor, tf.Tensor> {
  checkPositiveInteger('spectralNorm', 'iterations', iterations);
  checkEpsilon('spectralNorm', epsilon);
  const unit = (vector: tf.Tensor): tf.Tensor2D => tf.div(vector, tf.maximum(tf.norm(vector), epsilon)) as tf.Tensor2D;

  /** The vectors after some steps of the power iteration. */
  function iterate(matrix: tf.Tensor2D, vectors: Pick<SpectralNormState, 'left' | 'right'>, steps: number): typeof vectors {
    let { left, right } = vectors;
    for (let step = 0; step < steps; step++) {
      right = unit(tf.matMul(matrix, left));
      left = unit(tf.matMul(matrix, right, true));
    }
    return { left, right };
  }

  return {
    name: layer.name,
    init(key, input) {
      const { params, state, output } = layer.init(key, input);
      const kernel = (params as { [name: string]: tf.Tensor })[parameter];
      check(
        kernel !== undefined,
        'spectralNorm',
        () =>
          `expected a layer with the parameter '${parameter}', got ${Object.keys(params).join(', ') || 'none'}. Pass its name as the option 'parameter'.`,
      );
      const outputs = kernel.shape.at(-1) as number;
      const vectors = tf.tidy(() => {
        const left = unit(standardNormal(foldIn(key, 'left'), [outputs, 1]));
        const right = unit(standardNormal(foldIn(key, 'right'), [kernel.size / outputs, 1]));
        return { left, right };
      });
      return { params, state: { ...vectors, ...(Object.keys(state).length > 0 && { layer: state }) }, output };
    },
    apply({ params, state }, x, context): [tf.Tensor, { state: Tree; cache?: Tree }] {
      const { [parameter]: kernel, ...rest } = params as { [name: string]: tf.Tensor };
      const own = state as unknown as SpectralNormState;
      const weights = kernel as tf.Tensor;
      const matrix = tf.reshape(weights, [-1, weights.shape.at(-1) as number]) as tf.Tensor2D;
      const vectors = context.training ? iterate(matrix, own, iterations) : { left: own.left, right: own.right };
      const left = stopGradient(vectors.left);
      const right = stopGradient(vectors.right);
      const sigma = tf.sum(tf.mul(right, tf.matMul(matrix, left)));
      const variables = { params: { ...rest, [parameter]: tf.div(weights, sigma) }, state: own.layer ?? {} };
      const [y, { state: next, ...others }] = layer.apply(variables, x, context);
      return [y, { ...others, state: { left, right, ...(own.layer && { layer: next }) } }];
    },
    flops: ({ input }) => flopsOf(layer, input),
  };
}
