import * as tf from '@tensorflow/tfjs-core';
import { base64 } from '../../generated/normalisation-simd.ts';
import type { OpModule } from '../../internal/wasm-body.ts';

/** The kernels of the normalisations. */
export const normalisationModule: OpModule = { name: 'kumiko-ops-normalisation', base64 };

/** Elements that repay a part: about 20 us. */
const PART = 2 ** 15;

/** More parts than any pool has threads. */
const MOST_PARTS = 64;

/** A tensor as rows of its last axis, and into how many parts they are split: by the shape alone. */
export function rowsOf(shape: readonly number[]): { readonly rows: number; readonly columns: number; readonly parts: number } {
  const columns = shape.at(-1) as number;
  const size = tf.util.sizeFromShape([...shape]);
  const rows = columns === 0 ? 0 : size / columns;
  return { rows, columns, parts: Math.max(1, Math.min(rows, MOST_PARTS, Math.floor(size / PART))) };
}
