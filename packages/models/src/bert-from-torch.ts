import * as tf from '@tensorflow/tfjs-core';
import type { Tree } from '@kumiko/core';
import { countLayers, torchWeights } from './internal/torch-weights.ts';

/**
 * The parameters of a {@link bert} from tensors under the names of the Hugging Face hub (`encoder.layer.0.attention.self.query.weight`, with
 * or without `bert.` before them).
 *
 * @param weights tensors by name, as `loadSafetensors` reads them; they stay as they are
 * @returns new tensors in the structure of `bert(...)`'s parameters, which the caller owns
 * @throws KumikoError when a tensor is missing; it names the tensor
 * @example
 * bertFromTorch({}); // throws KumikoError: bertFromTorch: expected a tensor 'embeddings.word_embeddings.weight', got none.
 * @see huggingface.co/bert-base-uncased
 */
export function bertFromTorch(weights: Readonly<Record<string, tf.Tensor>>): Tree {
  const { names, copy, linear, norm } = torchWeights('bertFromTorch', weights, /^(module\.|bert\.)+/);
  return tf.tidy(() => {
    const table = (kind: string) => ({ embeddings: copy(`embeddings.${kind}_embeddings.weight`) });
    const block = (name: string): Tree => ({
      attention: {
        query: linear(`${name}.attention.self.query`),
        key: linear(`${name}.attention.self.key`),
        value: linear(`${name}.attention.self.value`),
        output: linear(`${name}.attention.output.dense`),
      },
      attentionNorm: norm(`${name}.attention.output.LayerNorm`),
      feedForward: { hidden: linear(`${name}.intermediate.dense`), output: linear(`${name}.output.dense`) },
      feedForwardNorm: norm(`${name}.output.LayerNorm`),
    });
    return {
      tokenEmbedding: table('word'),
      positionalEmbedding: table('position'),
      segmentEmbedding: table('token_type'),
      embeddingNorm: norm('embeddings.LayerNorm'),
      blocks: Array.from({ length: countLayers(names, /^encoder\.layer\.(\d+)\.output\.dense\.weight$/) }, (_, i) =>
        block(`encoder.layer.${i}`),
      ),
      pooler: linear('pooler.dense'),
    } as tf.TensorContainer;
  }) as Tree;
}
