import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, type Tree } from '@kumiko/core';
import { countLayers, splitProjection, torchWeights } from './internal/torch-weights.ts';

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
  const { names, get, copy, linear, norm } = torchWeights('gptFromTorch', weights, /^(_orig_mod\.|module\.|transformer\.)+/);
  return tf.tidy(() => {
    const features = get('wte.weight').shape[1] as number;
    const { shape } = get('h.0.attn.c_attn.weight');
    const transposed = shape[0] === 3 * features;
    check(
      shape.length === 2 && shape[transposed ? 1 : 0] === features && shape[transposed ? 0 : 1] === 3 * features,
      'gptFromTorch',
      () => `expected 'h.0.attn.c_attn.weight' [${features},${3 * features}] or its transpose, got ${formatShape(shape)}. Check the file.`,
    );
    const block = (name: string): Tree => ({
      attention: {
        ...splitProjection(linear(`${name}.attn.c_attn`, transposed)),
        output: linear(`${name}.attn.c_proj`, transposed),
      },
      attentionNorm: norm(`${name}.ln_1`),
      feedForward: { hidden: linear(`${name}.mlp.c_fc`, transposed), output: linear(`${name}.mlp.c_proj`, transposed) },
      feedForwardNorm: norm(`${name}.ln_2`),
    });
    return {
      tokenEmbedding: { embeddings: copy('wte.weight') },
      positionalEmbedding: { embeddings: copy('wpe.weight') },
      blocks: Array.from({ length: countLayers(names, /^h\.(\d+)\.attn\.c_attn\.weight$/) }, (_, i) => block(`h.${i}`)),
      finalNorm: norm('ln_f'),
    } as tf.TensorContainer;
  }) as Tree;
}
