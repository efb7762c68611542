export { gemm } from './gemm.as';
export { packColumns, packRows } from './pack.as';
