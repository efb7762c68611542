import * as tf from '@tensorflow/tfjs-core';
import type { Tree } from '@kumiko/core';
import { countLayers, splitProjection, torchWeights } from './internal/torch-weights.ts';

/**
 * The parameters of a {@link vit} from tensors under torchvision's names (`encoder.layers.encoder_layer_0.self_attention.in_proj_weight`).
 *
 * @param weights tensors by name, as `loadSafetensors` reads them; they stay as they are
 * @returns new tensors in the structure of `vit(...)`'s parameters, which the caller owns
 * @throws KumikoError when a tensor is missing; it names the tensor
 * @example
 * vitFromTorch({}); // throws KumikoError: vitFromTorch: expected a tensor 'conv_proj.weight', got none.
 * @see torchvision.models.vision_transformer
 */
export function vitFromTorch(weights: Readonly<Record<string, tf.Tensor>>): Tree {
  const { names, get, copy, linear, norm } = torchWeights('vitFromTorch', weights, /^module\./);
  return tf.tidy(() => {
    const block = (name: string): Tree => {
      const projection = {
        kernel: tf.transpose(get(`${name}.self_attention.in_proj_weight`) as tf.Tensor2D),
        bias: copy(`${name}.self_attention.in_proj_bias`) as tf.Tensor1D,
      };
      return {
        attention: { ...splitProjection(projection), output: linear(`${name}.self_attention.out_proj`) },
        attentionNorm: norm(`${name}.ln_1`),
        feedForward: { hidden: linear(`${name}.mlp.0`), output: linear(`${name}.mlp.3`) },
        feedForwardNorm: norm(`${name}.ln_2`),
      };
    };
    const features = get('conv_proj.weight').shape[0] as number;
    const layers = countLayers(names, /^encoder\.layers\.encoder_layer_(\d+)\.ln_1\.weight$/);
    return {
      patchEmbedding: { kernel: tf.transpose(get('conv_proj.weight'), [2, 3, 1, 0]), bias: copy('conv_proj.bias') },
      classToken: { token: tf.reshape(get('class_token'), [features]) },
      positionalEmbedding: { embeddings: tf.reshape(get('encoder.pos_embedding'), [-1, features]) },
      blocks: Array.from({ length: layers }, (_, i) => block(`encoder.layers.encoder_layer_${i}`)),
      finalNorm: norm('encoder.ln'),
      head: linear('heads.head'),
    } as tf.TensorContainer;
  }) as Tree;
}
