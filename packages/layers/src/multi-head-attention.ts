import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, formatShape, shapeOf, type Shape, type ShapeTree, type Tree } from '@kumiko/core';
import { attention } from '@kumiko/ops';
import { alibiBias } from './alibi-bias.ts';
import type { CountedCachedLayer } from './cached-layer.ts';
import { dense } from './dense.ts';
import type { Initializer } from './initializers/initializer.ts';
import { checkPositiveInteger } from './internal/check-positive-integer.ts';
import { positionsFrom } from './internal/positions-from.ts';
import { singleShape } from './internal/single-shape.ts';
import { appendToKvCache, kvCache, type KvCache } from './kv-cache.ts';
import { rotaryEmbedding, type RotaryEmbeddingOptions } from './rotary-embedding.ts';

/** Options of {@link multiHeadAttention}. */
export interface MultiHeadAttentionOptions {
  /** Number of heads, at least 1. */
  readonly numHeads: number;
  /** Heads of keys and values, a divisor of `numHeads`: grouped-query attention; 1: multi-query. Default: `numHeads`. */
  readonly numKeyValueHeads?: number;
  /** Features of a head. Default: the query's features divided by `numHeads`. */
  readonly headSize?: number;
  /** Features of the output. Default: the query's. */
  readonly units?: number;
  /** Whether a position sees itself and earlier ones alone. Default: false. */
  readonly causal?: boolean;
  /** Turns queries and keys by their positions; `true` for the defaults of {@link rotaryEmbedding}. Default: false. */
  readonly rotary?: boolean | Omit<RotaryEmbeddingOptions, 'positions'>;
  /** Lowers scores by distance: {@link alibiBias}. Default: false. */
  readonly alibi?: boolean;
  /** Share of the weights that training drops, in [0, 1). Default: 0. */
  readonly dropout?: number;
  /** Whether the projections have biases. Default: true. */
  readonly useBias?: boolean;
  /** First values of the kernels. Default: that of `dense`. */
  readonly kernelInitializer?: Initializer;
  /** First values of the output's kernel. Default: `kernelInitializer`. */
  readonly outputInitializer?: Initializer;
  /** Name of the layer. Default: `'multiHeadAttention'`. */
  readonly name?: string;
}

/** What attention looks at, where that is more than one tensor. */
export type AttentionInput = {
  /** float32 `[batch,queries,features]` */
  readonly query: tf.Tensor;
  /** Where to look: float32 `[batch,keys,features]`. Default: `query`. */
  readonly key?: tf.Tensor;
  /** What is found there: float32 `[batch,keys,features]`. Default: `key`. */
  readonly value?: tf.Tensor;
  /** bool, broadcastable to `[batch,heads,queries,keys]`: true where a query may look; `[batch,1,1,keys]` for padding. Default: everywhere. */
  readonly mask?: tf.Tensor;
};

type Projection = { readonly kernel: tf.Tensor2D; readonly bias?: tf.Tensor1D };
type Params = { readonly query: Projection; readonly key: Projection; readonly value: Projection; readonly output: Projection };

/**
 * Attention with several heads: each looks with its own projection of the queries, keys and values; the output is a projection of all their
 * findings side by side, `y = concat(heads) outputKernel + outputBias`, `head = softmax(q k^T / sqrt(headSize)) v`.
 *
 * Parameters: `query`, `key`, `value` and `output`, each with `kernel` `[in,out]` and `bias`. PyTorch's `in_proj_weight` is the first three,
 * transposed, one under the other.
 *
 * With a cache (`initCache`) the input's keys and values are appended to those of earlier calls; the mask then covers the whole length of the
 * cache. Only self-attention has one. Where a mask hides every key, all count alike.
 *
 * @param options `numHeads` is required
 * @returns a layer of float32 `[batch,positions,features]`, or of {@link AttentionInput}, to float32 `[batch,queries,units]`
 * @throws KumikoError when an option is out of range; `init` when features cannot be split into heads; `apply` when shapes do not fit
 * @example
 * const layer = multiHeadAttention({ numHeads: 4, causal: true });
 * layer.init(key(0), shapeOf([2, 10, 64])).output; // shapeOf([2, 10, 64])
 * @see Vaswani et al., "Attention is all you need", NeurIPS 2017; Ainslie et al., "GQA", EMNLP 2023; torch.nn.MultiheadAttention
 */
export function multiHeadAttention(options: MultiHeadAttentionOptions): CountedCachedLayer<tf.Tensor | AttentionInput, tf.Tensor> {
  const { numHeads, numKeyValueHeads = numHeads, causal = false, alibi = false, dropout = 0, name = 'multiHeadAttention' } = options;
  const rotary = options.rotary === true ? {} : options.rotary || undefined;
  checkPositiveInteger(name, 'numHeads', numHeads);
  checkPositiveInteger(name, 'numKeyValueHeads', numKeyValueHeads);
  check(
    numHeads % numKeyValueHeads === 0,
    name,
    () => `expected numKeyValueHeads to divide ${numHeads} heads, got ${numKeyValueHeads}. Pass a divisor.`,
  );

  check(dropout >= 0 && dropout < 1, name, () => `expected dropout in [0, 1), got ${dropout}. Pass for example 0.1.`);

  const project = (projection: Projection, x: tf.Tensor, training: boolean): tf.Tensor => {
    const layer = dense({ units: projection.kernel.shape[1], name });
    return layer.apply({ params: projection as Tree, state: {} }, x, { training })[0];
  };
  const split = (x: tf.Tensor, heads: number): tf.Tensor4D => {
    const [batch, positions, features] = x.shape as [number, number, number];
    return tf.transpose(tf.reshape(x, [batch, positions, heads, features / heads]), [0, 2, 1, 3]);
  };

  return {
    name,
    init(rng, input) {
      const shapes = inputShapes(name, input);
      const features = shapes.query[2] as number;
      const { headSize = features / numHeads, units = features } = options;
      check(
        Number.isInteger(headSize) && headSize >= 1,
        name,
        () => `expected ${numHeads} heads of a whole size, got ${features} features. Pass headSize, or a divisor as numHeads.`,
      );
      const { useBias = true, kernelInitializer, outputInitializer = kernelInitializer } = options;
      const make = (part: keyof Params, from: Shape, size: number): [string, Tree] => {
        const initializer = part === 'output' ? outputInitializer : kernelInitializer;
        const layer = dense({ units: size, useBias, name, ...(initializer && { kernelInitializer: initializer }) });
        return [part, layer.init(foldIn(rng, part), shapeOf(from)).params];
      };
      const params = Object.fromEntries([
        make('query', shapes.query, numHeads * headSize),
        make('key', shapes.key, numKeyValueHeads * headSize),
        make('value', shapes.value, numKeyValueHeads * headSize),
        make('output', [1, numHeads * headSize], units),
      ]);
      return { params, state: {}, output: shapeOf([...shapes.query.slice(0, 2), units]) };
    },
    initCache(params, { batch, length }) {
      const { key, value } = params as unknown as Params;
      const [size, valueSize] = [key.kernel.shape[1] / numKeyValueHeads, value.kernel.shape[1] / numKeyValueHeads];
      return kvCache({ batch, heads: numKeyValueHeads, length, size, valueSize });
    },
    apply({ params, state }, x, { training, key: rng, cache }): [tf.Tensor, { state: Tree; cache?: Tree }] {
      const projections = params as unknown as Params;
      check(
        !training || dropout === 0 || rng !== undefined,
        name,
        () => 'expected a key in training, got none. Pass { training: true, key }; a training step does.',
      );
      const input: AttentionInput = x instanceof tf.Tensor ? { query: x } : x;
      const { key: source = input.query, value: content = source, mask } = input;
      for (const part of [input.query, source, content]) {
        check(
          part.rank === 3,
          name,
          () => `expected input [batch,positions,features], got ${formatShape(part.shape)}. Give it a batch axis.`,
        );
      }
      check(
        cache === undefined || source === input.query,
        name,
        () => 'expected a cache for self-attention alone, got one with a key of its own. Leave the cache out, or pass only a query.',
      );
      const past = cache as KvCache | undefined;
      const positions = positionsFrom(input.query.shape[1] as number, past?.position);
      const turn = (rows: tf.Tensor4D, at?: tf.Tensor): tf.Tensor4D =>
        rotary ? (rotaryEmbedding(rows, { ...rotary, ...(at && { positions: at }) }) as tf.Tensor4D) : rows;

      const query = turn(split(project(projections.query, input.query, training), numHeads), positions);
      const fresh = {
        key: turn(split(project(projections.key, source, training), numKeyValueHeads), past && positions),
        value: split(project(projections.value, content, training), numKeyValueHeads),
      };
      const next = past && appendToKvCache(past, fresh.key, fresh.value);
      const { key, value } = next ?? fresh;
      const keyPositions = positionsFrom(key.shape[2]);
      const reachable = past && tf.lessEqual(keyPositions, causal ? tf.expandDims(positions, 1) : tf.sub(next?.position as tf.Tensor, 1));
      const visible = mask && reachable ? tf.logicalAnd(mask, reachable) : (mask ?? reachable);
      const found = attention(query, key, value, {
        causal: causal && !past,
        ...(visible && { mask: visible }),
        ...(training && dropout > 0 && rng && { dropoutRate: dropout, key: rng }),
        ...(alibi && { bias: alibiBias(numHeads, positions, keyPositions) }),
      });
      const [batch, heads, queries, size] = found.shape;
      const joined = tf.reshape(tf.transpose(found, [0, 2, 1, 3]), [batch, queries, heads * size]);
      return [project(projections.output, joined, training), { state, ...(next && { cache: next }) }];
    },
    flops({ input, params }) {
      const shapes = inputShapes(name, input);
      const [batch, queries] = shapes.query as [number, number];
      const keys = shapes.key[1] as number;
      const { query, key, value, output } = params as unknown as Params;
      const projections = queries * (query.kernel.size + output.kernel.size) + keys * (key.kernel.size + value.kernel.size);
      // Of each query with each key, and of its weights with each value, those that a mask hides included.
      const products = queries * keys * (query.kernel.shape[1] + output.kernel.shape[0]);
      return 2 * batch * (projections + products);
    },
  };
}

/** Shapes of query, key and value `[batch,positions,features]`. */
function inputShapes(name: string, input: ShapeTree): Record<'query' | 'key' | 'value', Shape> {
  const axes = ['batch', 'positions', 'features'];
  const parts = input as { query?: ShapeTree; key?: ShapeTree; value?: ShapeTree };
  const query = singleShape(name, parts.query ?? input, axes).shape;
  const key = parts.key ? singleShape(name, parts.key, axes).shape : query;
  return { query, key, value: parts.value ? singleShape(name, parts.value, axes).shape : key };
}
