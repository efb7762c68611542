import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '@kumiko/core';
import { maskedDropout } from '../internal/masked-dropout.ts';

/** Options of {@link stochasticDepth}. */
export interface StochasticDepthOptions {
  /** Name of the layer. Default: `'stochasticDepth'`. */
  readonly name?: string;
}

/**
 * In training sets whole examples to 0 with probability `rate` and multiplies the others by `1 / (1 - rate)`; else `y = x`. At the end of
 * the body of a {@link residual} it leaves the block out for some of the examples. Has no variables.
 *
 * @param rate in [0, 1)
 * @param options `name`
 * @returns a layer of `[batch,...]` to the same shape
 * @throws KumikoError when `rate` is out of range, or a training call has no key
 * @example
 * const block = residual(sequential([dense({ units: 4 }), stochasticDepth(0.1)]));
 * block.init(key(0), shapeOf([8, 4])).output; // shapeOf([8, 4])
 * @see Huang et al., "Deep networks with stochastic depth", ECCV 2016; torchvision.ops.StochasticDepth with `mode='row'`
 */
export function stochasticDepth(rate: number, { name = 'stochasticDepth' }: StochasticDepthOptions = {}): Layer<Tensor, Tensor> {
  return maskedDropout(name, rate, (shape) => shape.map((size, axis) => (axis === 0 ? size : 1)));
}
