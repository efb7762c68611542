import type { NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { base64 } from '../../generated/attention-simd.ts';
import type { OpModule } from '../../internal/wasm-body.ts';

/** The kernels of attention. */
export const attentionModule: OpModule = { name: 'kumiko-ops-attention', base64 };

/** Queries in a block, as in weights.as.ts. */
const ROWS = 16;
/** More parts than any pool has threads. */
const MOST_PARTS = 64;
/** Multiplications that repay packing the keys once more. */
const LEAST_WORK = 2 ** 21;

/** The sizes that the kernels take, from the shapes alone, so that a result does not depend on the thread count. */
export interface AttentionSizes {
  readonly batch: number;
  readonly heads: number;
  readonly groups: number;
  readonly queries: number;
  readonly keys: number;
  readonly size: number;
  readonly valueSize: number;
  /** Floats from one batch, head and query of the bias to the next. */
  readonly biasStrides: readonly [batch: number, head: number, row: number];
  /** Bytes of scratch a part needs, forward and backward. */
  readonly scratch: number;
  readonly gradientScratch: number;
  /** Parts for each head of each sample, forward. */
  readonly parts: number;
}

/** The tensors of the op by name; a scalar bias means none. */
export type AttentionInfos = NamedTensorInfoMap & Record<'query' | 'key' | 'value' | 'bias', TensorInfo>;

/** The sizes of a call. */
export function attentionSizes({ query, key, value, bias }: AttentionInfos): AttentionSizes {
  const [batch, heads, queries, size] = query.shape as [number, number, number, number];
  const [, groups, keys] = key.shape as [number, number, number];
  const valueSize = value.shape[3] as number;
  const columns = Math.ceil(keys / 8) * 8;
  // As lineOf in weights.as.ts.
  const line = columns + 16;
  const blocks = Math.ceil(queries / ROWS);
  const worthwhile = Math.floor((queries * keys * (size + valueSize)) / LEAST_WORK);
  return {
    ...{ batch, heads, groups, queries, keys, size, valueSize, biasStrides: stridesOf(bias.shape) },
    scratch: 4 * (columns * size + ROWS * line),
    gradientScratch: 4 * (columns * (size + valueSize) + 2 * ROWS * line),
    parts: Math.max(1, Math.min(blocks, Math.ceil(MOST_PARTS / (batch * heads)), worthwhile)),
  };
}

/** Strides of a shape that broadcasts to `[batch,heads,queries,keys]`, 0 along an axis of one. */
function stridesOf(shape: readonly number[]): [number, number, number] {
  const [b, h, q, k] = [...Array<number>(4 - shape.length).fill(1), ...shape] as [number, number, number, number];
  return [b > 1 ? h * q * k : 0, h > 1 ? q * k : 0, q > 1 ? k : 0];
}
