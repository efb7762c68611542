export { convolveFilter } from './convolve-filter.as';
export { convolve } from './convolve.as';
export { gemmFewRows } from './gemm-few-rows.as';
export { gemmStreamed } from './gemm-streamed.as';
export { gemm } from './gemm.as';
export { packColumns, packRows } from './pack.as';
export { softmax } from './softmax.as';
export { sumPartials } from './sum-partials.as';
export { rowsTimesVector, vectorTimesRows } from './vector-product.as';
