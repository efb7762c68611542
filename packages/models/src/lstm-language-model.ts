import * as tf from '@tensorflow/tfjs-core';
import { check, type Tree } from '@kumiko/core';
import { dense, dropoutLayer, embedding, lstm, sequential, type CachedLayer } from '@kumiko/layers';
import { countLayers, torchWeights } from './internal/torch-weights.ts';

/** Options of {@link lstmLanguageModel}. */
export interface LstmLanguageModelOptions {
  /** Number of tokens, at least 1. */
  readonly vocabularySize: number;
  /** Width of the embedding, at least 1. */
  readonly features: number;
  /** Size of each hidden state, at least 1. */
  readonly units: number;
  /** Recurrent layers, at least 1. Default: 1. */
  readonly numLayers?: number;
  /** Share that training drops behind the embedding and behind each recurrent layer, in [0, 1). Default: 0. */
  readonly dropoutRate?: number;
  /** Name of the model. Default: `'lstmLanguageModel'`. */
  readonly name?: string;
}

/**
 * A language model of LSTM layers: `logits = head(lstmN(... lstm1(embedding(tokens))))`. With a cache it goes on where the call before
 * stopped, in constant time and space for each token, so that `generate` runs it.
 *
 * Parameters: `embedding`, `lstm1` and so on, `head`. Cache: `hidden` and `cell` of each layer, float32 `[batch,units]`.
 *
 * @param options `vocabularySize`, `features` and `units` are required
 * @returns a layer of int32 `[batch,positions]` to logits `[batch,positions,vocabularySize]`
 * @throws KumikoError when an option is out of range
 * @example
 * const model = lstmLanguageModel({ vocabularySize: 27, features: 16, units: 32 });
 * model.init(key(0), shapeOf([8, 20], 'int32')).output; // shapeOf([8, 20, 27])
 * @see Mikolov et al., 2010; Zaremba, Sutskever and Vinyals, "Recurrent neural network regularization", 2014; PyTorch's word_language_model
 */
export function lstmLanguageModel(options: LstmLanguageModelOptions): CachedLayer<tf.Tensor, tf.Tensor> {
  const { vocabularySize, features, units, numLayers = 1, dropoutRate = 0, name = 'lstmLanguageModel' } = options;
  check(
    Number.isInteger(numLayers) && numLayers >= 1,
    name,
    () => `expected numLayers to be a whole number of at least 1, got ${numLayers}. Pass for example 2.`,
  );
  const drop = dropoutRate === 0 ? [] : [dropoutLayer(dropoutRate)];
  const names = Array.from({ length: numLayers }, (_unused, i) => `lstm${i + 1}`);
  const layers = names.flatMap((own) => [lstm({ units, returnSequences: true, name: own }), ...drop]);
  const chain = [
    embedding({ inputDim: vocabularySize, outputDim: features }),
    ...drop,
    ...layers,
    dense({ units: vocabularySize, name: 'head' }),
  ];
  return {
    ...sequential<tf.Tensor, tf.Tensor>(chain, { name }),
    initCache(_params, { batch }) {
      return Object.fromEntries(names.map((own) => [own, { hidden: tf.zeros([batch, units]), cell: tf.zeros([batch, units]) }]));
    },
  };
}

/**
 * The parameters of an {@link lstmLanguageModel} from tensors under the names of PyTorch's word language model: `encoder.weight`,
 * `rnn.weight_ih_l0` and so on, `decoder.weight` and `decoder.bias`. The two biases of each layer are added.
 *
 * @param tensors under PyTorch's names; they stay as they are
 * @returns new tensors
 * @throws KumikoError when a tensor is missing
 * @example
 * lstmLanguageModelFromTorch({}); // throws KumikoError: expected a tensor 'encoder.weight', got none
 * @see https://github.com/pytorch/examples/tree/main/word_language_model
 */
export function lstmLanguageModelFromTorch(tensors: Readonly<Record<string, tf.Tensor>>): Tree {
  const { names, get, copy, linear } = torchWeights('lstmLanguageModelFromTorch', tensors, /^$/);
  const layers = Array.from({ length: countLayers(names, /^rnn\.weight_ih_l(\d+)$/) }, (_unused, i) => {
    const bias = tf.add(get(`rnn.bias_ih_l${i}`), get(`rnn.bias_hh_l${i}`));
    const [kernel, recurrentKernel] = [tf.transpose(get(`rnn.weight_ih_l${i}`)), tf.transpose(get(`rnn.weight_hh_l${i}`))];
    return [`lstm${i + 1}`, { kernel, recurrentKernel, bias }] as const;
  });
  return { embedding: { embeddings: copy('encoder.weight') }, ...Object.fromEntries(layers), head: linear('decoder') };
}
