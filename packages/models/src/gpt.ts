import type { Tensor } from '@tensorflow/tfjs-core';
import { check, foldIn, shapeOf, type LayerContext, type ShapeLeaf, type Tree } from '@kumiko/core';
import {
  dense,
  dropoutLayer,
  embedding,
  geluTanh,
  layerNorm,
  normalValues,
  positionalEmbedding,
  transformerBlock,
  type Activation,
  type CountedCachedLayer,
} from '@kumiko/layers';
import { foldInTensor } from '@kumiko/ops';
import { blockStack } from './internal/block-stack.ts';

/** Options of {@link gpt}. */
export interface GptOptions {
  /** How many tokens there are, at least 1. */
  readonly vocabularySize: number;
  /** How many positions the model can see, at least 1; nanoGPT: `block_size`. */
  readonly contextLength: number;
  /** Blocks, at least 1. */
  readonly numLayers: number;
  /** Heads of attention, a divisor of `features`. */
  readonly numHeads: number;
  /** Width of the stream; nanoGPT: `n_embd`. */
  readonly features: number;
  /** Share that training drops of the embeddings, of attention's weights and of each part's output, in [0, 1). Default: 0. */
  readonly dropout?: number;
  /** Whether the dense layers have biases. Default: true, as in GPT-2. */
  readonly useBias?: boolean;
  /** Of the feed-forward parts. Default: `geluTanh`, GPT-2's; nanoGPT trains with `gelu`. */
  readonly activation?: Activation;
  /** Whether the head is the token embedding itself. Default: true, as in GPT-2. */
  readonly tied?: boolean;
  /** Deviation of the first values; those that write to the stream have `1 / sqrt(2 numLayers)` of it. Default: 0.02. */
  readonly initializerRange?: number;
  /** Name of the model. Default: `'gpt'`. */
  readonly name?: string;
}

/**
 * The sizes that OpenAI published, by name, all with 50,257 tokens and 1,024 positions.
 *
 * @example
 * gpt({ ...gpt2Sizes.small, dropout: 0.1 }).name; // 'gpt'
 */
export const gpt2Sizes = {
  small: { vocabularySize: 50257, contextLength: 1024, numLayers: 12, numHeads: 12, features: 768 },
  medium: { vocabularySize: 50257, contextLength: 1024, numLayers: 24, numHeads: 16, features: 1024 },
  large: { vocabularySize: 50257, contextLength: 1024, numLayers: 36, numHeads: 20, features: 1280 },
  xl: { vocabularySize: 50257, contextLength: 1024, numLayers: 48, numHeads: 25, features: 1600 },
} as const satisfies Record<string, GptOptions>;

/**
 * A decoder-only language model with the layout of GPT-2: token and position embeddings, blocks with normalisation before each part,
 * a last normalisation, and a head that is the token embedding: `logits = norm(blocks(tokens + positions)) tokenEmbedding^T`.
 *
 * Parameters: `tokenEmbedding`, `positionalEmbedding`, `blocks` (an array), `finalNorm`, and `head` if it is not tied. With a cache
 * (`initCache`, at most `contextLength` positions) a call continues the sequence: see {@link generate}.
 *
 * @param options all but the last six are required; {@link gpt2Sizes} has the published ones
 * @returns a layer of int32 `[batch,positions]` to logits float32 `[batch,positions,vocabularySize]`
 * @throws KumikoError when an option is out of range; a call with more positions than the context has
 * @example
 * const model = gpt({ vocabularySize: 65, contextLength: 8, numLayers: 1, numHeads: 2, features: 16 });
 * model.init(key(0), shapeOf([1, 8], 'int32')).output; // shapeOf([1, 8, 65])
 * @see Radford et al., "Language models are unsupervised multitask learners", 2019; karpathy/nanoGPT
 */
export function gpt(options: GptOptions): CountedCachedLayer<Tensor, Tensor> {
  const { vocabularySize, contextLength, numLayers, numHeads, features, dropout = 0, name = 'gpt' } = options;
  const { useBias = true, activation = geluTanh, tied = true, initializerRange = 0.02 } = options;
  check(
    Number.isInteger(numLayers) && numLayers >= 1,
    name,
    () => `expected numLayers to be a whole number of at least 1, got ${numLayers}. Pass for example 4.`,
  );
  const embeddingsInitializer = normalValues(initializerRange);
  const tokens = embedding({ inputDim: vocabularySize, outputDim: features, embeddingsInitializer, name: 'tokenEmbedding' });
  const positions = positionalEmbedding({ length: contextLength, embeddingsInitializer });
  const drop = dropoutLayer(dropout, { name });
  const block = transformerBlock({
    ...{ numHeads, dropout, useBias, activation, causal: true, name: 'block' },
    kernelInitializer: normalValues(initializerRange),
    residualInitializer: normalValues(initializerRange / Math.sqrt(2 * numLayers)),
  });
  const blocks = blockStack(block, numLayers);
  const finalNorm = layerNorm({ epsilon: 1e-5, name: 'finalNorm' });
  const head = dense({ units: vocabularySize, useBias: false, kernelInitializer: normalValues(initializerRange), name: 'head' });

  interface Params {
    readonly tokenEmbedding: Tree;
    readonly positionalEmbedding: Tree;
    readonly blocks: Tree;
    readonly finalNorm: Tree;
    readonly head?: Tree;
  }

  return {
    name,
    init(key, input) {
      const table = tokens.init(foldIn(key, 'tokenEmbedding'), input);
      const stream = positions.init(foldIn(key, 'positionalEmbedding'), table.output);
      const [batch, count] = (table.output as { shape: readonly number[] }).shape as [number, number];
      const params: Record<string, Tree> = {
        tokenEmbedding: table.params,
        positionalEmbedding: stream.params,
        blocks: blocks.init(foldIn(key, 'blocks'), stream.output).params,
        finalNorm: finalNorm.init(foldIn(key, 'finalNorm'), stream.output).params,
        ...(!tied && { head: head.init(foldIn(key, 'head'), stream.output).params }),
      };
      return { params, state: {}, output: shapeOf([batch, count, vocabularySize]) };
    },
    initCache(params, cacheOptions) {
      const { length } = cacheOptions;
      check(
        length <= contextLength,
        name,
        () => `expected a cache of at most ${contextLength} positions, got ${length}. Shorten it or raise contextLength.`,
      );
      const own = params as unknown as Params;
      return { positions: positions.initCache(own.positionalEmbedding, cacheOptions), blocks: blocks.initCache(own.blocks, cacheOptions) };
    },
    apply({ params, state }, x, { training, key, cache }): [Tensor, { state: Tree; cache?: Tree }] {
      const own = params as unknown as Params;
      const past = cache as { positions: Tree; blocks: Tree } | undefined;
      const context = (position: number, pastOfPart?: Tree): LayerContext => ({
        training,
        ...(training && dropout > 0 && key && { key: foldInTensor(key, position) }),
        ...(pastOfPart && { cache: pastOfPart }),
      });
      const of = (part: Tree) => ({ params: part, state: {} });
      const [embedded] = tokens.apply(of(own.tokenEmbedding), x, { training });
      const [placed, { cache: nextPositions }] = positions.apply(of(own.positionalEmbedding), embedded, context(0, past?.positions));
      const [kept] = drop.apply(of({}), placed, context(0));
      const [stream, { cache: nextBlocks }] = blocks.apply(of(own.blocks), kept, context(1, past?.blocks));
      const [normalized] = finalNorm.apply(of(own.finalNorm), stream, { training });
      const logits = own.head ? head.apply(of(own.head), normalized, { training })[0] : tokens.attend(own.tokenEmbedding, normalized);
      return [logits, { state, ...(past && { cache: { positions: nextPositions as Tree, blocks: nextBlocks as Tree } }) }];
    },
    flops({ params, output }) {
      const { shape } = output as ShapeLeaf;
      const stream = shapeOf([...shape.slice(0, 2), features]);
      const logits = 2 * features * shape.reduce((product, size) => product * size, 1);
      return blocks.flops({ input: stream, params: (params as unknown as Params).blocks, output: stream }) + logits;
    },
  };
}
