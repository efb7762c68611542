import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, formatShape, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { normalValues } from './initializers/normal-values.ts';
import type { Initializer } from './initializers/initializer.ts';
import { checkPositiveInteger } from './internal/check-positive-integer.ts';
import { singleShape } from './internal/single-shape.ts';

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** How many things can be looked up, at least 1; PyTorch: `num_embeddings`. */
  readonly inputDim: number;
  /** Length of a row, at least 1; PyTorch: `embedding_dim`. */
  readonly outputDim: number;
  /** First values of the table. Default: {@link normalValues | normalValues(1)}, as in PyTorch. */
  readonly embeddingsInitializer?: Initializer;
  /** Name of the layer. Default: `'embedding'`. */
  readonly name?: string;
}

/** A table of rows, as {@link embedding} makes it. */
export interface Embedding extends Layer<tf.Tensor, tf.Tensor> {
  /**
   * The table used the other way round: the scores `y = x embeddings^T` of each row for features `[...,outputDim]`, float32 `[...,inputDim]`.
   * A model that ends with it ties its head to its embedding: one parameter, one place in the tree.
   */
  attend(params: Tree, x: tf.Tensor): tf.Tensor;
}

/**
 * Looks rows up in a table: `y[...,j] = embeddings[x[...], j]`. The gradient adds each row's cotangent to the row it came from.
 *
 * Parameters: `embeddings` float32 `[inputDim, outputDim]`.
 *
 * An index out of range is undefined on fast backends. In tfjs' debug mode (`tf.enableDebugMode()`) every call reads its indices and
 * refuses such a one.
 *
 * @param options `inputDim` and `outputDim` are required
 * @returns a layer of int32 `[...]` to float32 `[...,outputDim]`, with `attend` for a tied head
 * @throws KumikoError when an option is out of range; `apply` when the input is not int32, and in debug mode for an index out of range
 * @example
 * const layer = embedding({ inputDim: 3, outputDim: 2 });
 * const params = { embeddings: tf.tensor2d([[1, 2], [3, 4], [5, 6]]) };
 * layer.apply({ params, state: {} }, tf.tensor1d([2, 0], 'int32'), { training: false })[0]; // [[5, 6], [1, 2]]
 * layer.attend(params, tf.tensor2d([[1, 1]])); // [[3, 7, 11]]
 * @see tf.layers.embedding, torch.nn.Embedding; Press and Wolf, "Using the output embedding to improve language models", EACL 2017
 */
export function embedding(options: EmbeddingOptions): Embedding {
  const { inputDim, outputDim, embeddingsInitializer = normalValues(1), name = 'embedding' } = options;
  checkPositiveInteger(name, 'inputDim', inputDim);
  checkPositiveInteger(name, 'outputDim', outputDim);
  const tableOf = (params: Tree): tf.Tensor2D => (params as { embeddings: tf.Tensor2D }).embeddings;
  return {
    name,
    init(key, input) {
      const { shape } = singleShape(name, input);
      const params = { embeddings: embeddingsInitializer(foldIn(key, 'embeddings'), [inputDim, outputDim]) };
      return { params, state: {}, output: shapeOf([...shape, outputDim]) };
    },
    apply({ params, state }, x): [tf.Tensor, { state: Tree }] {
      check(x.dtype === 'int32', name, () => `expected indices as int32, got ${x.dtype} ${formatShape(x.shape)}. Cast them.`);
      if (tf.env().getBool('DEBUG')) checkIndices(name, x, inputDim);
      return [tf.gather(tableOf(params), x), { state }];
    },
    attend(params, x) {
      check(
        x.rank >= 1 && x.shape.at(-1) === outputDim,
        name,
        () => `expected features [...,${outputDim}] to attend with, got ${formatShape(x.shape)}. Project them to the embedding's width.`,
      );
      const scores = tf.matMul(tf.reshape(x, [-1, outputDim]), tableOf(params), false, true);
      return tf.reshape(scores, [...x.shape.slice(0, -1), inputDim]);
    },
  };
}

function checkIndices(name: string, x: tf.Tensor, inputDim: number): void {
  const wrong = x.dataSync().find((index) => index < 0 || index >= inputDim);
  check(
    wrong === undefined,
    name,
    () => `expected indices in [0, ${inputDim}), got ${wrong}. Raise inputDim or look for a wrong vocabulary.`,
  );
}
