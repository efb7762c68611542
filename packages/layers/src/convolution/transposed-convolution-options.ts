import type { ConvolutionOptions } from './convolution-options.ts';

/**
 * Options of {@link conv1dTranspose} and {@link conv2dTranspose}. Padding is that of the convolution whose gradient this is:
 * `'valid'` gives `in * stride + max(size - stride, 0)` positions, `'same'` `in * stride`, and a number p
 * `(in - 1) * stride + size - 2 p + outputPadding`, as in PyTorch.
 */
export interface TransposedConvolutionOptions<Size> extends Omit<ConvolutionOptions<Size>, 'groups' | 'dilationRate'> {
  /**
   * Positions more behind the output of a numeric padding: a convolution of stride s makes one size of s different ones, and this tells which.
   * At least 0, below the stride. Default: 0.
   */
  readonly outputPadding?: Size;
}
