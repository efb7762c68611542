import * as tf from '@tensorflow/tfjs-core';
import { check, flatten, foldIn, formatShape, isTreeNode, type Key, type Layer, type Tree } from '@kumiko/core';
import { heUniform } from './initializers/he-uniform.ts';
import { checkPositiveInteger } from './internal/check-positive-integer.ts';

/** Options of {@link attachLora}. */
export interface LoraOptions {
  /** Rank of the changes, at least 1. Default: 8. */
  readonly rank?: number;
  /** Which kernels get an adapter, by their names; those that are no matrices never do. Default: projections to queries and values. */
  readonly select?: (name: string) => boolean;
}

/** Options of {@link lora}. */
export interface LoraLayerOptions extends LoraOptions {
  /** The change is multiplied by `alpha / rank`, finite. Default: `rank`, a factor of 1. */
  readonly alpha?: number;
}

/** The factors of one kernel's change. */
type Factors = { readonly down: tf.Tensor2D; readonly up: tf.Tensor2D };

const DEFAULT_RANK = 8;

function isAttentionKernel(name: string): boolean {
  return /(^|\/)(query|value)\/kernel$/.test(name);
}

/**
 * Low-rank adapters for some kernels of a tree: for a kernel `[in,out]` the factors `down` `[in,rank]`, drawn by `heUniform`, and `up`
 * `[rank,out]`, zeros, so that nothing changes at first. To train them alone, differentiate by them through {@link mergeLora}, or use {@link lora}.
 *
 * @param params of any model; they stay as they are
 * @param key decides the first values
 * @param options `rank`, `select`
 * @returns a tree with the names of the selected kernels, `{ down, up }` at each; arrays become records by index. The caller owns it.
 * @throws KumikoError when `rank` is out of range or no kernel is selected
 * @example
 * const adapter = attachLora({ query: { kernel: tf.zeros([4, 6]) } }, key(0), { rank: 2 });
 * adapter.query.kernel.down.shape; // [4, 2]
 * adapter.query.kernel.up; // [[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]
 * @see Hu et al., "LoRA: low-rank adaptation of large language models", ICLR 2022
 */
export function attachLora(params: Tree, key: Key, { rank = DEFAULT_RANK, select = isAttentionKernel }: LoraOptions = {}): Tree {
  checkPositiveInteger('attachLora', 'rank', rank);
  const chosen = flatten<tf.Tensor>(params).filter(({ name, leaf }) => leaf.rank === 2 && select(name));
  check(
    chosen.length > 0,
    'attachLora',
    () => 'expected a kernel that select chooses, got none. Pass for example select: (name) => name.endsWith("kernel").',
  );
  type Node = { [name: string]: Node | tf.Tensor };
  const adapter: Node = {};
  for (const { name, leaf } of chosen) {
    let node = adapter;
    for (const part of name.split('/')) node = (node[part] ??= {}) as Node;
    const [inputs, outputs] = leaf.shape as [number, number];
    node['down'] = heUniform(foldIn(key, name), [inputs, rank]);
    node['up'] = tf.zeros([rank, outputs]);
  }
  return adapter;
}

/**
 * Parameters with adapters worked in: `kernel + scale * down up` where there is one, the same tensor elsewhere.
 *
 * @param params of the model
 * @param adapter what {@link attachLora} made for them, trained or not
 * @param scale finite. Default: 1
 * @returns the structure of `params`
 * @throws KumikoError when the adapter names a kernel that is not there, or has another shape
 * @example
 * const params = { query: { kernel: tf.ones([1, 2]) }, bias: tf.zeros([2]) };
 * const adapter = { query: { kernel: { down: tf.tensor2d([[2]]), up: tf.tensor2d([[1, 3]]) } } };
 * mergeLora(params, adapter, 0.5).query; // { kernel: [[2, 4]] }
 * @see Hu et al., "LoRA: low-rank adaptation of large language models", ICLR 2022
 */
export function mergeLora<T extends Tree>(params: T, adapter: Tree, scale = 1): T {
  check(Number.isFinite(scale), 'mergeLora', () => `expected a finite scale, got ${scale}. Pass for example alpha / rank.`);
  return mergeNode(params, adapter, scale, '') as T;
}

function mergeNode(node: Tree, adapter: Tree | undefined, scale: number, path: string): Tree {
  if (adapter === undefined) return node;
  if (!isTreeNode<tf.Tensor>(node)) return mergeKernel(node, adapter, scale, path);
  const own = adapter as Record<string, Tree>;
  for (const name of Object.keys(own)) {
    check(
      Object.hasOwn(node, name),
      'mergeLora',
      () => `expected adapters of kernels that are there, got '${path}${name}'. Pass the parameters that it was attached to.`,
    );
  }
  const merged = Object.entries(node).map(([name, child]) => [name, mergeNode(child, own[name], scale, `${path}${name}/`)] as const);
  return Array.isArray(node) ? merged.map(([, child]) => child) : Object.fromEntries(merged);
}

function mergeKernel(kernel: tf.Tensor, adapter: Tree, scale: number, path: string): tf.Tensor {
  const { down, up } = adapter as Partial<Factors>;
  check(
    down !== undefined && up !== undefined && down.shape[0] === kernel.shape[0] && up.shape[1] === kernel.shape[1],
    'mergeLora',
    () =>
      `expected down and up for the kernel '${path.slice(0, -1)}' ${formatShape(kernel.shape)}, got others. Pass the parameters that it was attached to.`,
  );
  return tf.add(kernel, tf.mul(tf.matMul(down, up), scale));
}

/**
 * A layer of which only low-rank adapters are trained: its parameters are the adapters, and what it had of its own is state, which training
 * leaves alone.
 *
 * Parameters: see {@link attachLora}. State: `base`, the layer's parameters, drawn anew by `init` (put the trained ones there), and
 * `inner`, its state.
 *
 * @param layer any layer
 * @param options `rank`, `alpha`, `select`
 * @returns a layer of the same inputs and outputs
 * @throws KumikoError as {@link attachLora} does, from `init`
 * @example
 * const tuned = lora(multiHeadAttention({ numHeads: 2 }), { rank: 2 });
 * const { params } = tuned.init(key(0), shapeOf([1, 5, 8]));
 * Object.keys(params); // ['query', 'value']
 * @see Hu et al., "LoRA: low-rank adaptation of large language models", ICLR 2022
 */
export function lora<In extends Tree, Out extends Tree>(layer: Layer<In, Out>, options: LoraLayerOptions = {}): Layer<In, Out> {
  const { rank = DEFAULT_RANK, alpha = rank } = options;
  const name = `lora(${layer.name})`;
  return {
    name,
    init(key, input) {
      const { params: base, state: inner, output } = layer.init(key, input);
      return { params: attachLora(base, foldIn(key, 'lora'), options), state: { base, inner }, output };
    },
    apply({ params, state }, x, context) {
      const { base, inner } = state as { base: Tree; inner: Tree };
      const [y, next] = layer.apply({ params: mergeLora(base, params, alpha / rank), state: inner }, x, context);
      return [y, { ...next, state: { base, inner: next.state } }];
    },
  };
}
