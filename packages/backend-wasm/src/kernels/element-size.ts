import type { DataType } from '@tensorflow/tfjs-core';

/** Bytes of an element on the heap; undefined for strings, which are not there. */
export function elementSize(dtype: DataType): 1 | 4 | 8 | undefined {
  if (dtype === 'string') return undefined;
  if (dtype === 'complex64') return 8;
  return dtype === 'bool' ? 1 : 4;
}
