import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, shapeOf, type LayerContext, type ShapeLeaf, type ShapeTree, type Tree, type Variables } from '@kumiko/core';
import {
  dense,
  dropoutLayer,
  embedding,
  layerNorm,
  normalValues,
  positionalEncoding,
  relu,
  transformerBlock,
  type Activation,
  type CachedLayer,
  type CountedLayer,
} from '@kumiko/layers';
import { foldInTensor } from '@kumiko/ops';
import { blockStack } from './internal/block-stack.ts';

/** Options of {@link seq2seq}. */
export interface Seq2seqOptions {
  /** How many tokens the language that is read has, at least 1. */
  readonly sourceVocabulary: number;
  /** How many tokens the language that is written has, at least 1. */
  readonly targetVocabulary: number;
  /** Blocks of the encoder and of the decoder, at least 1. */
  readonly numLayers: number;
  /** Heads of attention, a divisor of `features`. */
  readonly numHeads: number;
  /** Width of the streams, even. */
  readonly features: number;
  /** Width of the feed-forward parts. Default: four times `features`. */
  readonly hiddenUnits?: number;
  /** Of the feed-forward parts. Default: `relu`. */
  readonly activation?: Activation;
  /** Where parts are normalised: see `transformerBlock`. Default: `'post'`, as in the paper. */
  readonly norm?: 'pre' | 'post';
  /** Share that training drops of the embeddings, of attention's weights and of each part's output, in [0, 1). Default: 0. */
  readonly dropout?: number;
  /** Name of the model. Default: `'seq2seq'`. */
  readonly name?: string;
}

/** What {@link seq2seq} reads in training. */
export type Seq2seqInput = {
  /** int32 `[batch,positions]` */
  readonly source: tf.Tensor;
  /** What is to be written, one position late: int32 `[batch,positions]`. */
  readonly target: tf.Tensor;
  /** bool `[batch,positions]` of the source: false for padding. Default: all true. */
  readonly sourceMask?: tf.Tensor;
};

/** A model that reads one sequence and writes another, as {@link seq2seq} makes it. */
export interface Seq2seq extends CountedLayer<Seq2seqInput, tf.Tensor> {
  /** What the encoder makes of a source: float32 `[batch,positions,features]`. */
  encode(variables: Variables, source: tf.Tensor, sourceMask?: tf.Tensor): tf.Tensor;
  /**
   * The decoder for what {@link Seq2seq.encode} made, as a language model over the target with this model's variables: {@link generate}
   * and {@link beamSearch} take it. `memory` must have as many rows as the tokens it is called with, or one.
   */
  decoder(memory: tf.Tensor, sourceMask?: tf.Tensor): CachedLayer<tf.Tensor, tf.Tensor>;
}

interface Params {
  readonly sourceEmbedding: Tree;
  readonly targetEmbedding: Tree;
  readonly encoder: Tree;
  readonly encoderNorm: Tree;
  readonly decoder: Tree;
  readonly decoderNorm: Tree;
  readonly head: Tree;
}

/**
 * The transformer of the paper: an encoder that sees the whole source, and a causal decoder that looks at what the encoder made.
 * Embeddings are multiplied by `sqrt(features)` and get sinusoidal positions; encoder and decoder end with a normalisation.
 *
 * Parameters: `sourceEmbedding`, `targetEmbedding`, `encoder` and `decoder` (arrays of blocks), `encoderNorm`, `decoderNorm`, `head`.
 *
 * @param options all but the last five are required
 * @returns a layer of {@link Seq2seqInput} to logits float32 `[batch,positions,targetVocabulary]`, with `encode` and `decoder`
 * @throws KumikoError when an option is out of range or shapes do not fit
 * @example
 * const model = seq2seq({ sourceVocabulary: 9, targetVocabulary: 7, numLayers: 1, numHeads: 2, features: 8 });
 * const variables = model.init(key(0), { source: shapeOf([1, 5], 'int32'), target: shapeOf([1, 4], 'int32') });
 * variables.output; // shapeOf([1, 4, 7])
 * const memory = model.encode(variables, tf.tensor2d([[1, 2, 3]], [1, 3], 'int32'));
 * const found = await beamSearch(model.decoder(memory), variables, { start: [0], beams: 2, tokens: 4, endToken: 6 });
 * found.length <= 2; // true
 * @see Vaswani et al., "Attention is all you need", NeurIPS 2017; torch.nn.Transformer
 */
export function seq2seq(options: Seq2seqOptions): Seq2seq {
  const { sourceVocabulary, targetVocabulary, numLayers, numHeads, features, hiddenUnits = 4 * features } = options;
  const { activation = relu, norm = 'post', dropout = 0, name = 'seq2seq' } = options;
  check(
    Number.isInteger(numLayers) && numLayers >= 1,
    name,
    () => `expected numLayers to be a whole number of at least 1, got ${numLayers}. Pass for example 6.`,
  );
  const embeddingsInitializer = normalValues(features ** -0.5);
  const sourceEmbedding = embedding({ inputDim: sourceVocabulary, outputDim: features, embeddingsInitializer, name: 'sourceEmbedding' });
  const targetEmbedding = embedding({ inputDim: targetVocabulary, outputDim: features, embeddingsInitializer, name: 'targetEmbedding' });
  const positions = positionalEncoding();
  const drop = dropoutLayer(dropout, { name });
  const shared = { numHeads, hiddenUnits, activation, norm, dropout };
  const encoder = blockStack(transformerBlock(shared), numLayers);
  const decoder = blockStack(transformerBlock({ ...shared, causal: true, crossAttention: true }), numLayers);
  const finalNorm = layerNorm({ epsilon: 1e-5 });
  const head = dense({ units: targetVocabulary, name: 'head' });
  const of = (params: Tree): Variables => ({ params, state: {} });

  /** The context of a part: a key of its own. */
  const partOf = ({ training, key }: LayerContext, part: number): LayerContext => ({
    training,
    ...(training && dropout > 0 && key && { key: foldInTensor(key, part) }),
  });
  /** `[batch,positions]` for all heads and queries. */
  const broadcastable = (mask: tf.Tensor): tf.Tensor => tf.reshape(mask, [mask.shape[0] as number, 1, 1, mask.shape[1] as number]);

  function encodeIn(context: LayerContext, params: Params, source: tf.Tensor, sourceMask?: tf.Tensor): tf.Tensor {
    const [embedded] = sourceEmbedding.apply(of(params.sourceEmbedding), source, context);
    const [placed] = positions.apply(of({}), tf.mul(embedded, Math.sqrt(features)), { training: context.training });
    const [x] = drop.apply(of({}), placed, partOf(context, 0));
    const input = sourceMask ? { x, mask: broadcastable(sourceMask) } : x;
    const [stream] = encoder.apply(of(params.encoder), input, partOf(context, 1));
    return finalNorm.apply(of(params.encoderNorm), stream, context)[0];
  }

  function makeDecoder(memory: tf.Tensor, sourceMask?: tf.Tensor): CachedLayer<tf.Tensor, tf.Tensor> {
    return {
      name: `${name}Decoder`,
      init(key, input) {
        const { params, state, output } = initAll(key, { source: shapeOf(memory.shape.slice(0, 2), 'int32'), target: input });
        return { params, state, output };
      },
      initCache: (params, cacheOptions) => ({
        positions: positions.initCache({}, cacheOptions),
        blocks: decoder.initCache((params as unknown as Params).decoder, cacheOptions),
      }),
      apply({ params, state }, target, context): [tf.Tensor, { state: Tree; cache?: Tree }] {
        const own = params as unknown as Params;
        const past = context.cache as { positions: Tree; blocks: Tree } | undefined;
        const rows = target.shape[0] as number;
        const repeated = (tensor: tf.Tensor): tf.Tensor =>
          tensor.shape[0] === rows ? tensor : tf.tile(tensor, [rows, ...Array<number>(tensor.rank - 1).fill(1)]);
        const [embedded] = targetEmbedding.apply(of(own.targetEmbedding), target, { training: context.training });
        const scaled = tf.mul(embedded, Math.sqrt(features));
        const [placed, { cache: nextPositions }] = positions.apply(of({}), scaled, {
          training: context.training,
          ...(past && { cache: past.positions }),
        });
        const [x] = drop.apply(of({}), placed, partOf(context, 2));
        const beside = { context: repeated(memory), ...(sourceMask && { contextMask: broadcastable(repeated(sourceMask)) }) };
        const [stream, { cache: nextBlocks }] = decoder.apply(
          of(own.decoder),
          { x, ...beside },
          { ...partOf(context, 3), ...(past && { cache: past.blocks }) },
        );
        const [normalized] = finalNorm.apply(of(own.decoderNorm), stream, { training: context.training });
        const [logits] = head.apply(of(own.head), normalized, { training: context.training });
        return [logits, { state, ...(past && { cache: { positions: nextPositions as Tree, blocks: nextBlocks as Tree } }) }];
      },
    };
  }

  function initAll(key: Parameters<Seq2seq['init']>[0], input: ShapeTree): ReturnType<Seq2seq['init']> {
    const { source, target } = input as { source: ShapeLeaf; target: ShapeLeaf };
    const read = sourceEmbedding.init(foldIn(key, 'sourceEmbedding'), source);
    const written = targetEmbedding.init(foldIn(key, 'targetEmbedding'), target);
    positions.init(key, read.output);
    const params = {
      sourceEmbedding: read.params,
      targetEmbedding: written.params,
      encoder: encoder.init(foldIn(key, 'encoder'), read.output).params,
      encoderNorm: finalNorm.init(foldIn(key, 'encoderNorm'), read.output).params,
      decoder: decoder.init(foldIn(key, 'decoder'), { x: written.output, context: read.output }).params,
      decoderNorm: finalNorm.init(foldIn(key, 'decoderNorm'), written.output).params,
      head: head.init(foldIn(key, 'head'), written.output).params,
    };
    return { params, state: {}, output: shapeOf([...target.shape, targetVocabulary]) };
  }

  return {
    name,
    init: initAll,
    encode: ({ params }, source, sourceMask) =>
      tf.tidy(() => encodeIn({ training: false }, params as unknown as Params, source, sourceMask)),
    decoder: makeDecoder,
    apply(variables, { source, target, sourceMask }, { training, key }): [tf.Tensor, { state: Tree }] {
      const context: LayerContext = { training, ...(key && { key }) };
      const memory = encodeIn(context, variables.params as unknown as Params, source, sourceMask);
      const [logits] = makeDecoder(memory, sourceMask).apply(variables, target, context);
      return [logits, { state: variables.state }];
    },
    flops({ input, params, output }) {
      const { source, target } = input as { source: ShapeLeaf; target: ShapeLeaf };
      const own = params as unknown as Params;
      const [read, written] = [source, target].map(({ shape }) => shapeOf([...shape, features])) as [ShapeLeaf, ShapeLeaf];
      return (
        encoder.flops({ input: read, params: own.encoder, output: read }) +
        decoder.flops({ input: { x: written, context: read }, params: own.decoder, output: written }) +
        head.flops({ input: written, params: own.head, output })
      );
    },
  };
}
