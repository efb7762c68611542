/** A tap of a filter along one axis, as an input point of some phase sees it. */
export interface StrideTap {
  readonly tap: number;
  /** The output point of grid point q is `q + offset`. */
  readonly offset: number;
}

/**
 * The taps through which the input points `q * stride + phase` of a convolution reach its outputs: those for which
 * `(phase + pad - tap * dilation) / stride` is whole.
 *
 * @example
 * strideTaps(3, 2, 1, 1, 0); // [{ tap: 1, offset: 0 }]
 * strideTaps(3, 2, 1, 1, 1); // [{ tap: 0, offset: 1 }, { tap: 2, offset: 0 }]
 */
export function strideTaps(taps: number, stride: number, dilation: number, pad: number, phase: number): StrideTap[] {
  return [...Array(taps).keys()]
    .map((tap) => ({ tap, offset: (phase + pad - tap * dilation) / stride }))
    .filter(({ offset }) => Number.isInteger(offset));
}
