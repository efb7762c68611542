import type { Tensor } from '@tensorflow/tfjs-core';
import type { CountedLayer } from '../counted-layer.ts';
import { convolutionLayer } from '../internal/convolution-layer.ts';
import { convolve1d } from '../internal/convolve2d.ts';
import type { Padding } from '../padding.ts';
import type { ConvolutionOptions } from './convolution-options.ts';

/** Options of {@link conv1d}. */
export interface Conv1dOptions extends Omit<ConvolutionOptions<number>, 'padding'> {
  /**
   * How the window meets the border. `'causal'`: `(kernelSize - 1) dilationRate` zeros before, so that no position sees a later one and
   * `out = ceil(in / stride)`. Default: `'valid'`.
   */
  readonly padding?: Padding | 'causal';
}

/**
 * Convolution over one axis: `y[b,i,o] = activation(bias[o] + sum over p,c of x[b, i*s + p*d, c] * kernel[p,c,o])`.
 *
 * Parameters: `kernel` float32 `[kernelSize, channels / groups, filters]`, `bias` float32 `[filters]`.
 * PyTorch's `Conv1d` has `[batch, channels, length]` and `[out, in, size]` instead.
 *
 * @param options `filters` and `kernelSize` are required
 * @returns a layer of `[batch,length,channels]` to `[batch,length',filters]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * const layer = conv1d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same' });
 * layer.init(key(0), shapeOf([1, 100, 4])).output; // shapeOf([1, 50, 8])
 * @see tf.layers.conv1d, torch.nn.Conv1d; van den Oord et al., "WaveNet", 2016 (causal)
 */
export function conv1d(options: Conv1dOptions): CountedLayer<Tensor, Tensor> {
  const { kernelSize, dilationRate = 1, padding } = options;
  const causal = padding === 'causal' && { padding: [(kernelSize - 1) * dilationRate, 0] as const };
  return convolutionLayer({ name: 'conv1d', rank: 1, ...convolve1d }, { ...(options as ConvolutionOptions<number>), ...causal });
}
