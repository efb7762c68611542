import type { ConvolutionOptions } from './convolution-options.ts';

/**
 * Options of {@link conv1dTranspose} and {@link conv2dTranspose}. Padding is that of the convolution whose gradient this is:
 * `'valid'` gives `in * stride + max(size - stride, 0)` positions, `'same'` `in * stride`, and a number p
 * `(in - 1) * stride + size - 2 p`, as PyTorch's `padding`.
 */
export type TransposedConvolutionOptions<Size> = Omit<ConvolutionOptions<Size>, 'groups' | 'dilationRate'>;
