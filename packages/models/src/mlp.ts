import type { Tensor } from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { dense, dropoutLayer, flattenFeatures, relu, sequential, type Activation, type Sequential } from '@kumiko/layers';

/** Options of {@link mlp}. */
export interface MlpOptions {
  /** Outputs of each layer, the last one's being the network's; at least one. */
  readonly units: readonly number[];
  /** Behind every layer but the last. Default: {@link relu}. */
  readonly activation?: Activation;
  /** Share that is dropped behind each activation in training, in [0, 1). Default: 0. */
  readonly dropoutRate?: number;
  /** Name of the model. Default: `'mlp'`. */
  readonly name?: string;
}

/**
 * A multilayer perceptron: `dense`, activation and dropout for each hidden layer, and a `dense` at the end without an activation.
 *
 * The axes behind the first are flattened, so that images fit as they are.
 *
 * @param options `units` is required
 * @returns a layer of `[batch,...]` to `[batch,units at the end]`
 * @throws KumikoError when `units` is empty or an option is out of range
 * @example
 * const model = mlp({ units: [128, 10] });
 * model.init(key(0), shapeOf([1, 28, 28, 1])).output; // shapeOf([1, 10])
 * @see Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature 1986; torchvision.ops.MLP
 */
export function mlp({ units, activation = relu, dropoutRate = 0, name = 'mlp' }: MlpOptions): Sequential {
  check(units.length > 0, name, () => 'expected the units of at least one layer, got none. Pass for example [128, 10].');
  const hidden = units
    .slice(0, -1)
    .flatMap((count) => [dense({ units: count, activation }), ...(dropoutRate === 0 ? [] : [dropoutLayer(dropoutRate)])]);
  return sequential<Tensor, Tensor>([flattenFeatures(), ...hidden, dense({ units: units.at(-1) as number })], { name });
}
