export { convolveFilter } from './convolve-filter.as';
export { convolve } from './convolve.as';
export { depthwiseFilter } from './depthwise-filter.as';
export { depthwiseInput } from './depthwise-input.as';
export { gemm } from './gemm.as';
export { maxPoolGradient } from './max-pool-gradient.as';
export { packColumns, packRows } from './pack.as';
export { segmentSum } from './segment-sum.as';
export { sumPartials } from './sum-partials.as';
