import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, mapTreeWithNames, type Tree, type Variables } from '@kumiko/core';

/** PyTorch's words for the last part of our names. */
const words: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
};

/** `[out,in,...]` as `[...,in,out]`; of a depthwise kernel `[channels,1,...]` as `[...,channels,1]`. */
function turned(tensor: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tensor.shape.map((_size, axis) => axis);
  return tf.reshape(tf.transpose(tensor, [...axes.slice(2), 1, 0]), shape);
}

/**
 * Variables of a model of images with the values of PyTorch's tensors.
 *
 * @param symbol names the model in errors
 * @param variables of the model, which say names and shapes
 * @param tensors under PyTorch's names, for example as `readSafetensors` gives them
 * @param moduleOf PyTorch's name of the module that our name without its last part says
 * @throws KumikoError when a tensor is missing or has another size
 */
export function fromTorch(
  symbol: string,
  variables: Variables,
  tensors: Readonly<Record<string, tf.Tensor>>,
  moduleOf: (path: string) => string,
): Variables {
  const load = (tree: Tree): Tree =>
    mapTreeWithNames<tf.Tensor, tf.Tensor>((name, leaf) => {
      const cut = name.lastIndexOf('/');
      const torchName = `${moduleOf(name.slice(0, cut))}.${words[name.slice(cut + 1)] ?? ''}`;
      const tensor = tensors[torchName];
      check(
        tensor !== undefined && tensor.size === leaf.size,
        symbol,
        () =>
          `expected a tensor '${torchName}' of ${leaf.size} values for '${name}' ${formatShape(leaf.shape)}, got ${tensor ? formatShape(tensor.shape) : 'none'}. Pass the state dict of the same model.`,
      );
      return tensor.rank >= 2 ? turned(tensor, leaf.shape) : tf.clone(tensor);
    }, tree);
  const [params, state] = tf.tidy(() => [load(variables.params), load(variables.state)] as tf.Tensor[]) as unknown as [Tree, Tree];
  return { params, state };
}
