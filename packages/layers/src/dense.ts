import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, formatShape, shapeOf, type Tree } from '@kumiko/core';
import type { Activation } from './activation.ts';
import type { CountedLayer } from './counted-layer.ts';
import { biasedActivation } from './internal/biased-activation.ts';
import { checkPositiveInteger } from './internal/check-positive-integer.ts';
import { contractionFlops } from './internal/contraction-flops.ts';
import { glorotUniform } from './initializers/glorot-uniform.ts';
import type { Initializer } from './initializers/initializer.ts';
import { zeros } from './initializers/zeros.ts';
import { singleShape } from './internal/single-shape.ts';

/** Options of {@link dense}. */
export interface DenseOptions {
  /** Number of outputs, at least 1. */
  readonly units: number;
  /** Applied to the result. Default: none. */
  readonly activation?: Activation;
  /** Whether to add a bias per output. Default: true. */
  readonly useBias?: boolean;
  /** First values of the kernel. Default: {@link glorotUniform}. */
  readonly kernelInitializer?: Initializer;
  /** First values of the bias. Default: {@link zeros}. */
  readonly biasInitializer?: Initializer;
  /** Name of the layer. Default: `'dense'`. */
  readonly name?: string;
}

/** Parameters of {@link dense}. */
interface DenseParams {
  readonly kernel: tf.Tensor2D;
  readonly bias?: tf.Tensor1D;
}

/**
 * A fully connected layer over the last axis: `y = activation(x kernel + bias)`. PyTorch's name is `Linear`.
 *
 * Parameters: `kernel` float32 `[features, units]` (PyTorch's is the transpose), `bias` float32 `[units]`.
 *
 * @param options `units` is required
 * @returns a layer of `[...,features]` (two axes or more) to `[...,units]`
 * @throws KumikoError when an option is out of range; `init` when the input has fewer than two axes
 * @example
 * const layer = dense({ units: 10 });
 * layer.init(key(0), shapeOf([32, 64])).output; // shapeOf([32, 10])
 * @see tf.layers.dense, torch.nn.Linear
 */
export function dense(options: DenseOptions): CountedLayer<tf.Tensor, tf.Tensor> {
  const { units, activation, useBias = true, kernelInitializer = glorotUniform, biasInitializer = zeros, name = 'dense' } = options;
  checkPositiveInteger(name, 'units', units);
  return {
    name,
    init(key, input) {
      const { shape } = singleShape(name, input);
      check(
        shape.length >= 2,
        name,
        () => `expected input [batch,...,features], got ${formatShape(shape)}. Give it a batch axis: tf.reshape(x, [1, features]).`,
      );
      const features = shape.at(-1) as number;
      const kernel = kernelInitializer(foldIn(key, 'kernel'), [features, units]);
      const params = useBias ? { kernel, bias: biasInitializer(foldIn(key, 'bias'), [units]) } : { kernel };
      return { params, state: {}, output: shapeOf([...shape.slice(0, -1), units]) };
    },
    apply({ params, state }, x, { training }): [tf.Tensor, { state: Tree }] {
      const { kernel, bias } = params as unknown as DenseParams;
      const [features] = kernel.shape;
      check(
        x.rank >= 2 && x.shape.at(-1) === features,
        name,
        () => `expected input [batch,...,${features}], got ${formatShape(x.shape)}. Pass inputs of the shape that init was given.`,
      );
      const rows = x.rank === 2 ? x : tf.reshape(x, [-1, features]);
      const y = biasedActivation({
        activation,
        bias,
        training,
        plain: () => tf.matMul(rows, kernel),
        fused: (fusion) => tf.fused.matMul({ a: rows, b: kernel, ...fusion }),
      });
      return [x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), units]), { state }];
    },
    flops: ({ params, output }) => contractionFlops((params as unknown as DenseParams).kernel, output),
  };
}
