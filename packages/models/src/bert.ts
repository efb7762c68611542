import * as tf from '@tensorflow/tfjs-core';
import { check, shapeOf, type ShapeLeaf, type ShapeTree } from '@kumiko/core';
import {
  composite,
  dense,
  dropoutLayer,
  embedding,
  layerNorm,
  normalValues,
  positionalEmbedding,
  transformerBlock,
  type Composite,
} from '@kumiko/layers';
import { blockStack } from './internal/block-stack.ts';

/** Options of {@link bert}. */
export interface BertOptions {
  /** How many tokens there are, at least 1. */
  readonly vocabularySize: number;
  /** How many positions the model can see, at least 1. */
  readonly contextLength: number;
  /** Blocks, at least 1. */
  readonly numLayers: number;
  /** Heads of attention, a divisor of `features`. */
  readonly numHeads: number;
  /** Width of the stream. */
  readonly features: number;
  /** Width of the feed-forward parts. Default: four times `features`. */
  readonly hiddenUnits?: number;
  /** Kinds of segments, at least 1. Default: 2. */
  readonly segments?: number;
  /** Share that training drops of the embeddings, of attention's weights and of each part's output, in [0, 1). Default: 0; the paper has 0.1. */
  readonly dropout?: number;
  /** Name of the model. Default: `'bert'`. */
  readonly name?: string;
}

/**
 * The sizes that were published, by name, with the vocabulary of the uncased models.
 *
 * @example
 * bert(bertSizes.base).name; // 'bert'
 */
export const bertSizes = {
  base: { vocabularySize: 30522, contextLength: 512, numLayers: 12, numHeads: 12, features: 768 },
  large: { vocabularySize: 30522, contextLength: 512, numLayers: 24, numHeads: 16, features: 1024 },
} as const satisfies Record<string, BertOptions>;

/** What {@link bert} reads, where that is more than the tokens. */
export type BertInput = {
  /** int32 `[batch,positions]` */
  readonly tokens: tf.Tensor;
  /** The segment of each token: int32 `[batch,positions]`. Default: 0. */
  readonly segments?: tf.Tensor;
  /** bool `[batch,positions]`: false for padding. Default: all true. */
  readonly mask?: tf.Tensor;
};

/** What {@link bert} finds. */
export type BertOutput = {
  /** float32 `[batch,positions,features]` */
  readonly sequence: tf.Tensor;
  /** `tanh` of a dense layer on the first position: float32 `[batch,features]`. */
  readonly pooled: tf.Tensor;
};

/**
 * A bidirectional encoder: embeddings of tokens, positions and segments, normalised, then blocks with normalisation behind each part.
 *
 * Parameters: `tokenEmbedding`, `positionalEmbedding`, `segmentEmbedding`, `embeddingNorm`, `blocks` (an array), `pooler`. First values are
 * normal with deviation 0.02.
 *
 * @param options all but the last four are required; {@link bertSizes} has the published ones
 * @returns a layer of int32 `[batch,positions]`, or {@link BertInput}, to {@link BertOutput}
 * @throws KumikoError when an option is out of range; a call with more positions than the context has
 * @example
 * const model = bert({ vocabularySize: 100, contextLength: 8, numLayers: 1, numHeads: 2, features: 16 });
 * model.init(key(0), shapeOf([1, 8], 'int32')).output; // { sequence: shapeOf([1, 8, 16]), pooled: shapeOf([1, 16]) }
 * @see Devlin et al., "BERT", NAACL 2019; the hub's BertModel
 */
export function bert(options: BertOptions): Composite<tf.Tensor | BertInput, BertOutput> {
  const { vocabularySize, contextLength, numLayers, numHeads, features, hiddenUnits = 4 * features } = options;
  const { segments = 2, dropout = 0, name = 'bert' } = options;
  check(
    Number.isInteger(numLayers) && numLayers >= 1,
    name,
    () => `expected numLayers to be a whole number of at least 1, got ${numLayers}. Pass for example 12.`,
  );
  const initializer = normalValues(0.02);
  const table = { outputDim: features, embeddingsInitializer: initializer };
  const normalization = (own: string) => layerNorm({ epsilon: 1e-12, name: own });
  const block = transformerBlock({ numHeads, hiddenUnits, dropout, normalization, norm: 'post', kernelInitializer: initializer });
  return composite(
    {
      tokenEmbedding: embedding({ inputDim: vocabularySize, ...table }),
      positionalEmbedding: positionalEmbedding({ length: contextLength, embeddingsInitializer: initializer }),
      segmentEmbedding: embedding({ inputDim: segments, ...table }),
      embeddingNorm: normalization('embeddingNorm'),
      dropout: dropoutLayer(dropout),
      blocks: blockStack(block, numLayers),
      pooler: dense({ units: features, activation: (x) => tf.tanh(x), kernelInitializer: initializer }),
    },
    {
      name,
      shapes: (input, own) => {
        const tokens = (input as { tokens?: ShapeTree }).tokens ?? input;
        own.segmentEmbedding(tokens);
        const sequence = own.blocks(own.dropout(own.embeddingNorm(own.positionalEmbedding(own.tokenEmbedding(tokens)))));
        return { sequence, pooled: own.pooler(shapeOf([(sequence as ShapeLeaf).shape[0] as number, features])) };
      },
      forward: (input: tf.Tensor | BertInput, own): BertOutput => {
        const { tokens, segments = tf.zerosLike(tokens), mask }: BertInput = input instanceof tf.Tensor ? { tokens: input } : input;
        const embedded = tf.add(own.positionalEmbedding(own.tokenEmbedding(tokens)), own.segmentEmbedding(segments));
        const x = own.dropout(own.embeddingNorm(embedded));
        const [batch, positions] = tokens.shape as [number, number];
        const sequence = own.blocks(mask ? { x, mask: tf.reshape(mask, [batch, 1, 1, positions]) } : x);
        const first = tf.reshape(tf.slice(sequence, [0, 0, 0], [-1, 1, -1]), [batch, features]);
        return { sequence, pooled: own.pooler(first) };
      },
    },
  );
}
