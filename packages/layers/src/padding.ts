/**
 * How a window meets the border of an image. `valid`: only whole windows, `out = floor((in - size) / stride) + 1`;
 * `same`: padded with zeros (for a maximum: with nothing), `out = ceil(in / stride)`.
 */
export type Padding = 'valid' | 'same';
