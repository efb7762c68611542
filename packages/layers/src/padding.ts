/**
 * How a window meets the border. `valid`: only whole windows, `out = floor((in - extent) / stride) + 1`, where
 * `extent = (size - 1) dilation + 1`; `same`: padded with zeros so that `out = ceil(in / stride)`, where one zero too many stands behind;
 * a number p: p zeros on both sides of every axis, as PyTorch's `padding`, `out = floor((in + 2 p - extent) / stride) + 1`.
 * A maximum and a mean are padded with nothing instead of zeros.
 */
export type Padding = 'valid' | 'same' | number;
