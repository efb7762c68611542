import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';

/** Parameters of a dense layer. */
export type LinearParams = { readonly kernel: tf.Tensor2D; readonly bias?: tf.Tensor1D };

/** PyTorch's tensors by name, as the parameters of our layers. Everything that is returned is new. */
export interface TorchWeights {
  readonly names: readonly string[];
  /** The tensor itself. @throws KumikoError when there is none of that name */
  get(name: string): tf.Tensor;
  copy(name: string): tf.Tensor;
  /** Of `nn.Linear`, whose weight is transposed; `transposed: false` for GPT-2's `Conv1D`. */
  linear(name: string, transposed?: boolean): LinearParams;
  /** Of `nn.LayerNorm`; one without a bias has `beta` 0. */
  norm(name: string): { readonly gamma: tf.Tensor; readonly beta: tf.Tensor };
}

/** Reads PyTorch's tensors, whose names may start with a prefix that is left out. */
export function torchWeights(symbol: string, weights: Readonly<Record<string, tf.Tensor>>, prefix: RegExp): TorchWeights {
  const named = new Map(Object.entries(weights).map(([name, tensor]) => [name.replace(prefix, ''), tensor]));
  const get = (name: string): tf.Tensor => {
    const tensor = named.get(name);
    check(tensor !== undefined, symbol, () => `expected a tensor '${name}', got none. Pass the weights of such a model.`);
    return tensor;
  };
  const copy = (name: string): tf.Tensor => tf.clone(get(name));
  return {
    names: [...named.keys()],
    get,
    copy,
    linear(name, transposed = true) {
      const kernel = get(`${name}.weight`) as tf.Tensor2D;
      const bias = named.has(`${name}.bias`) && { bias: copy(`${name}.bias`) as tf.Tensor1D };
      return { kernel: transposed ? tf.transpose(kernel) : tf.clone(kernel), ...bias };
    },
    norm(name) {
      const gamma = copy(`${name}.weight`);
      return { gamma, beta: named.has(`${name}.bias`) ? copy(`${name}.bias`) : tf.zerosLike(gamma) };
    },
  };
}

/** A projection to queries, keys and values at once, as three. */
export function splitProjection({ kernel, bias }: LinearParams): Record<'query' | 'key' | 'value', LinearParams> {
  const kernels = tf.split(kernel, 3, 1);
  const biases = bias && tf.split(bias, 3);
  const part = (i: number): LinearParams => ({ kernel: kernels[i] as tf.Tensor2D, ...(biases && { bias: biases[i] as tf.Tensor1D }) });
  return { query: part(0), key: part(1), value: part(2) };
}

/** How many numbers `i` there are names with, from 0 on, where `pattern` captures i. */
export function countLayers(names: readonly string[], pattern: RegExp): number {
  return 1 + Math.max(-1, ...names.map((name) => Number(pattern.exec(name)?.[1] ?? -1)));
}
