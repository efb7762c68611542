import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, type Tree } from '@kumiko/core';

/** Wrappers of PyTorch that prefix every name. */
const PREFIX = /^(_orig_mod\.|module\.|transformer\.)+/;

/**
 * The parameters of a {@link gpt} from tensors under PyTorch's names: nanoGPT's (`transformer.h.0.attn.c_attn.weight`, kernels `[out,in]`)
 * or those of GPT-2 on the Hugging Face hub (`h.0.attn.c_attn.weight`, kernels `[in,out]`), told apart by the shape of `c_attn`.
 *
 * Missing biases are left out. The masks that old files hold are ignored, and so is `lm_head.weight`, which is the token embedding.
 *
 * @param weights tensors by name, as `loadSafetensors` reads them; they stay as they are
 * @returns new tensors in the structure of `gpt(...)`'s parameters, which the caller owns
 * @throws KumikoError when a tensor is missing or has another shape; it names the tensor
 * @example
 * gptFromTorch({}); // throws KumikoError: gptFromTorch: expected a tensor 'wte.weight', got none.
 * @see karpathy/nanoGPT model.py; huggingface.co/gpt2
 */
export function gptFromTorch(weights: Readonly<Record<string, tf.Tensor>>): Tree {
  const named = new Map(Object.entries(weights).map(([name, tensor]) => [name.replace(PREFIX, ''), tensor]));
  const get = (name: string): tf.Tensor => {
    const tensor = named.get(name);
    check(tensor !== undefined, 'gptFromTorch', () => `expected a tensor '${name}', got none. Pass the file of a GPT-2 or nanoGPT model.`);
    return tensor;
  };
  return tf.tidy(() => {
    const table = get('wte.weight');
    const features = table.shape[1] as number;
    const { shape } = get('h.0.attn.c_attn.weight');
    const transposed = shape[0] === 3 * features;
    check(
      shape.length === 2 && shape[transposed ? 1 : 0] === features && shape[transposed ? 0 : 1] === 3 * features,
      'gptFromTorch',
      () => `expected 'h.0.attn.c_attn.weight' [${features},${3 * features}] or its transpose, got ${formatShape(shape)}. Check the file.`,
    );
    const copy = (name: string): tf.Tensor => tf.clone(get(name));
    const kernelOf = (name: string): tf.Tensor2D => {
      const kernel = get(`${name}.weight`) as tf.Tensor2D;
      return transposed ? tf.transpose(kernel) : tf.clone(kernel);
    };
    const linear = (name: string) => ({ kernel: kernelOf(name), ...(named.has(`${name}.bias`) && { bias: copy(`${name}.bias`) }) });
    const norm = (name: string) => ({
      gamma: copy(`${name}.weight`),
      beta: named.has(`${name}.bias`) ? copy(`${name}.bias`) : tf.zerosLike(get(`${name}.weight`)),
    });
    const block = (name: string): Tree => {
      const { kernel, bias } = linear(`${name}.attn.c_attn`) as { kernel: tf.Tensor2D; bias?: tf.Tensor1D };
      const kernels = tf.split(kernel, 3, 1);
      const biases = bias && tf.split(bias, 3);
      const part = (i: number) => ({ kernel: kernels[i] as tf.Tensor, ...(biases && { bias: biases[i] as tf.Tensor }) });
      return {
        attention: { query: part(0), key: part(1), value: part(2), output: linear(`${name}.attn.c_proj`) },
        attentionNorm: norm(`${name}.ln_1`),
        feedForward: { hidden: linear(`${name}.mlp.c_fc`), output: linear(`${name}.mlp.c_proj`) },
        feedForwardNorm: norm(`${name}.ln_2`),
      };
    };
    const layers = [...named.keys()].filter((name) => /^h\.\d+\.attn\.c_attn\.weight$/.test(name)).length;
    return {
      tokenEmbedding: { embeddings: tf.clone(table) },
      positionalEmbedding: { embeddings: copy('wpe.weight') },
      blocks: Array.from({ length: layers }, (_, i) => block(`h.${i}`)),
      finalNorm: norm('ln_f'),
    } as tf.TensorContainer;
  }) as Tree;
}
