import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, type Layer, type LayerContext, type ShapeLeaf, type ShapeTree, type Tree } from '@kumiko/core';
import { foldInTensor } from '@kumiko/ops';
import type { Activation } from './activation.ts';
import type { CountedCachedLayer } from './cached-layer.ts';
import { dense } from './dense.ts';
import { dropoutLayer } from './dropout-layer.ts';
import { gelu } from './activations/gelu.ts';
import type { Initializer } from './initializers/initializer.ts';
import { contractionFlops } from './internal/contraction-flops.ts';
import { singleShape } from './internal/single-shape.ts';
import { multiHeadAttention, type MultiHeadAttentionOptions } from './multi-head-attention.ts';
import { layerNorm } from './normalisation/layer-norm.ts';
import { sequential } from './sequential.ts';

/** Options of {@link transformerBlock}. */
export interface TransformerBlockOptions extends Omit<MultiHeadAttentionOptions, 'units' | 'name' | 'outputInitializer'> {
  /** Width of the feed-forward part. Default: four times the features. */
  readonly hiddenUnits?: number;
  /** Its activation. Default: {@link gelu}. */
  readonly activation?: Activation;
  /** Whether each part's input is normalised (`'pre'`, as in GPT-2 and ViT) or its sum with that input (`'post'`, as in BERT). Default: `'pre'`. */
  readonly norm?: 'pre' | 'post';
  /** Makes a normalisation of that name. Default: `layerNorm` with epsilon 1e-5. */
  readonly normalization?: (name: string) => Layer<tf.Tensor, tf.Tensor>;
  /** Whether the block also looks at a context: a decoder of an encoder-decoder. Default: false. */
  readonly crossAttention?: boolean;
  /** Share of attention's weights and of each part's output that training drops, in [0, 1). Default: 0. */
  readonly dropout?: number;
  /** First values of the kernels that write to the stream: those of each part's end. Default: `kernelInitializer`. */
  readonly residualInitializer?: Initializer;
  /** Name of the layer. Default: `'transformerBlock'`. */
  readonly name?: string;
}

/** What a block gets, where that is more than one tensor. */
export type TransformerInput = {
  /** float32 `[batch,positions,features]` */
  readonly x: tf.Tensor;
  /** bool, broadcastable to `[batch,heads,positions,positions]`: true where a position may look. Default: everywhere. */
  readonly mask?: tf.Tensor;
  /** What cross-attention looks at: float32 `[batch,others,features]`. */
  readonly context?: tf.Tensor;
  /** bool, broadcastable to `[batch,heads,positions,others]`. Default: everywhere. */
  readonly contextMask?: tf.Tensor;
};

/** A part of the block: attention or feed-forward, around which the stream passes. */
interface Part {
  readonly name: string;
  readonly layer: Layer;
  /** What the part sees of the block's input, given the stream. */
  input(stream: tf.Tensor, input: TransformerInput): Tree;
}

/**
 * A block of a transformer: attention, then two dense layers, each added to the stream:
 * `x = x + attention(norm(x)); x = x + feedForward(norm(x))`, or with `norm: 'post'` `x = norm(x + attention(x)); x = norm(x + feedForward(x))`.
 * With `crossAttention`, a look at the context stands between the two.
 *
 * Parameters: `attention` (see {@link multiHeadAttention}), `attentionNorm`, `crossAttention`, `crossAttentionNorm`,
 * `feedForward` (`hidden` and `output`, each with kernel and bias), `feedForwardNorm`. With a cache, self-attention goes on where the call before stopped.
 *
 * @param options `numHeads` is required
 * @returns a layer of float32 `[batch,positions,features]`, or of {@link TransformerInput}, to `[batch,positions,features]`
 * @throws KumikoError when an option is out of range; `apply` when there is a context without `crossAttention` or none with it
 * @example
 * const layer = transformerBlock({ numHeads: 4, causal: true });
 * layer.init(key(0), shapeOf([2, 10, 64])).output; // shapeOf([2, 10, 64])
 * @see Vaswani et al., "Attention is all you need", NeurIPS 2017; Xiong et al., "On layer normalization in the transformer architecture", ICML 2020;
 *   torch.nn.TransformerEncoderLayer and TransformerDecoderLayer
 */
export function transformerBlock(options: TransformerBlockOptions): CountedCachedLayer<tf.Tensor | TransformerInput, tf.Tensor> {
  const { norm = 'pre', crossAttention = false, dropout = 0, activation = gelu, name = 'transformerBlock' } = options;
  const { normalization = (own: string) => layerNorm({ epsilon: 1e-5, name: own }), kernelInitializer } = options;
  check(norm === 'pre' || norm === 'post', name, () => `expected norm 'pre' or 'post', got '${String(norm)}'. Choose one of them.`);
  const { residualInitializer = kernelInitializer } = options;
  const ending = { ...(residualInitializer && { outputInitializer: residualInitializer }) };
  const attention = multiHeadAttention({ ...options, ...ending, name: 'attention' });
  const look = multiHeadAttention({ ...options, ...ending, causal: false, rotary: false, alibi: false, name: 'crossAttention' });
  const drop = dropoutLayer(dropout, { name });

  const feedForwardOf = (features: number): Layer<tf.Tensor, tf.Tensor> => {
    const { hiddenUnits = 4 * features, useBias = true } = options;
    const initializer = (own?: Initializer) => ({ useBias, ...(own && { kernelInitializer: own }) });
    return sequential(
      [
        dense({ units: hiddenUnits, activation, name: 'hidden', ...initializer(kernelInitializer) }),
        dense({ units: features, name: 'output', ...initializer(residualInitializer) }),
      ],
      { name: 'feedForward' },
    );
  };

  const partsFor = (features: number): Part[] => [
    { name: 'attention', layer: attention as Layer, input: (query, { mask }) => (mask ? { query, mask } : query) },
    ...(crossAttention
      ? [
          {
            name: 'crossAttention',
            layer: look as Layer,
            input: (query: tf.Tensor, { context, contextMask: mask }: TransformerInput): Tree => ({
              query,
              key: context as tf.Tensor,
              ...(mask && { mask }),
            }),
          },
        ]
      : []),
    { name: 'feedForward', layer: feedForwardOf(features) as Layer, input: (stream) => stream },
  ];

  return {
    name,
    init(key, input) {
      const { stream, context } = shapesOf(name, input);
      checkContext(name, crossAttention, context !== undefined);
      const params = partsFor(stream.shape[2] as number).flatMap((part): [string, Tree][] => {
        const shape = part.name === 'crossAttention' ? { query: stream, key: context as ShapeLeaf } : stream;
        const normName = `${part.name}Norm`;
        return [
          [part.name, part.layer.init(foldIn(key, part.name), shape).params],
          [normName, normalization(normName).init(foldIn(key, normName), stream).params],
        ];
      });
      return { params: Object.fromEntries(params), state: {}, output: stream };
    },
    initCache: (params, cacheOptions) => attention.initCache((params as { attention: Tree }).attention, cacheOptions),
    apply({ params, state }, given, { training, key, cache }): [tf.Tensor, { state: Tree; cache?: Tree }] {
      const input: TransformerInput = given instanceof tf.Tensor ? { x: given } : given;
      checkContext(name, crossAttention, input.context !== undefined);
      const own = params as Record<string, Tree>;
      let x = input.x;
      let next: Tree | undefined;
      for (const [position, part] of partsFor(x.shape.at(-1) as number).entries()) {
        const normalize = (value: tf.Tensor): tf.Tensor => {
          const normName = `${part.name}Norm`;
          return normalization(normName).apply({ params: own[normName] as Tree, state: {} }, value, { training })[0];
        };
        const keyOf = (use: number) => training && dropout > 0 && key && { key: foldInTensor(key, 2 * position + use) };
        const context: LayerContext = { training, ...keyOf(0), ...(part.name === 'attention' && cache && { cache }) };
        const seen = part.input(norm === 'pre' ? normalize(x) : x, input);
        const [y, after] = part.layer.apply({ params: own[part.name] as Tree, state: {} }, seen, context);
        next ??= after.cache;
        const [kept] = drop.apply({ params: {}, state: {} }, y as tf.Tensor, { training, ...keyOf(1) });
        x = norm === 'pre' ? tf.add(x, kept) : normalize(tf.add(x, kept));
      }
      return [x, { state, ...(next && { cache: next }) }];
    },
    flops({ input, params }) {
      const { stream, context } = shapesOf(name, input);
      const own = params as { attention: Tree; crossAttention?: Tree; feedForward: { hidden: { kernel: Tree }; output: { kernel: Tree } } };
      const seen = attention.flops({ input: stream, params: own.attention, output: stream });
      const looked =
        own.crossAttention && context
          ? look.flops({ input: { query: stream, key: context }, params: own.crossAttention, output: stream })
          : 0;
      const { hidden, output } = own.feedForward;
      return seen + looked + contractionFlops(hidden.kernel, stream) + contractionFlops(output.kernel, stream);
    },
  };
}

/** Shapes of the stream and of what cross-attention looks at. */
function shapesOf(name: string, input: ShapeTree): { stream: ShapeLeaf; context: ShapeTree | undefined } {
  const { x = input, context } = input as { x?: ShapeTree; context?: ShapeTree };
  return { stream: singleShape(name, x, ['batch', 'positions', 'features']), context };
}

function checkContext(name: string, wanted: boolean, given: boolean): void {
  check(wanted === given, name, () =>
    wanted
      ? 'expected { x, context } for cross-attention, got no context. Pass the output of an encoder.'
      : 'expected no context without crossAttention, got one. Set crossAttention: true.',
  );
}
