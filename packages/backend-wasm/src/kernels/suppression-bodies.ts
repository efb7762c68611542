import type { TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { boxesModule } from './boxes-module.ts';
import type { VectorBody } from './vector-kernel.ts';
import type { KernelCall } from './wasm-kernel.ts';
import { withScratch } from './with-scratch.ts';

interface SuppressionAttrs {
  readonly maxOutputSize: number;
  readonly iouThreshold: number;
  readonly scoreThreshold: number;
  /** `NonMaxSuppressionV4`: whether as many indices come out as may be selected, those that were not as 0. */
  readonly padToMaxOutputSize?: boolean;
  /** `NonMaxSuppressionV5`: how gently an overlap lowers a score; 0 does not. */
  readonly softNmsSigma?: number;
}

/** Bytes that the kernel keeps of a candidate and of a selected box. */
const CANDIDATE_BYTES = 16;
const SELECTED_BYTES = 40;

/** Bytes of a vector, of which the number of selected boxes takes the first. */
const COUNT_BYTES = 16;

/** What was selected, on pieces of the heap that become tensors. */
interface Selection {
  readonly indices: number;
  /** How many indices come out. */
  readonly length: number;
  /** The boxes' scores; 0 where they were not asked for. */
  readonly scores: number;
  /** Where it stands how many boxes were selected, if that was asked for. */
  readonly count: number;
}

/** Selects the boxes that tfjs' cpu kernels select, ties included; undefined for other types than float32, and where there is nothing to select. */
function select({ inputs, attrs, backend }: KernelCall, withScores: boolean, withCount: boolean): Selection | undefined {
  const { boxes, scores } = inputs as Readonly<Record<'boxes' | 'scores', TensorInfo>>;
  const { maxOutputSize, iouThreshold, scoreThreshold, padToMaxOutputSize, softNmsSigma = 0 } = attrs as unknown as SuppressionAttrs;
  const candidates = scores.shape[0]!;
  const most = Math.min(maxOutputSize, candidates);
  const padded = padToMaxOutputSize ? maxOutputSize : 0;
  if (boxes.dtype !== 'float32' || scores.dtype !== 'float32') return undefined;
  if (!Number.isInteger(most) || !Number.isInteger(padded) || most <= 0) return undefined;
  const host = wasmHost(backend);
  const scale = softNmsSigma > 0 ? -0.5 / softNmsSigma : 0;
  const selectedStart = COUNT_BYTES + CANDIDATE_BYTES * candidates;
  return withScratch(host, [selectedStart + SELECTED_BYTES * (most + 1)], (scratch) => {
    const indices = host.alloc(4 * Math.max(most, padded));
    const values = withScores ? host.alloc(4 * most) : 0;
    const count = withCount ? host.alloc(4) : scratch;
    boxesModule(host).parallel('suppressOverlaps', 1, [
      host.pointer(boxes.dataId),
      host.pointer(scores.dataId),
      candidates,
      most,
      iouThreshold,
      scoreThreshold,
      scale,
      scratch + COUNT_BYTES,
      scratch + selectedStart,
      indices,
      padded,
      values,
      count,
    ]);
    const found = host.ints()[count >>> 2]!;
    return { indices, length: Math.max(found, padded), scores: values, count };
  });
}

/** `NonMaxSuppressionV3`: the indices of the selected boxes. */
export const suppressionV3: VectorBody = (call) => {
  const selection = select(call, false, false);
  if (selection === undefined) return undefined;
  return call.backend.makeOutput([selection.length], 'int32', selection.indices);
};

/** `NonMaxSuppressionV4`: the same, padded if asked for, and how many there are. */
export const suppressionV4: VectorBody = (call) => {
  const selection = select(call, false, true);
  if (selection === undefined) return undefined;
  const { indices, length, count } = selection;
  return [call.backend.makeOutput([length], 'int32', indices), call.backend.makeOutput([], 'int32', count)];
};

/** `NonMaxSuppressionV5`: the indices, and the scores that overlaps have lowered. */
export const suppressionV5: VectorBody = (call) => {
  const selection = select(call, true, false);
  if (selection === undefined) return undefined;
  const { indices, length, scores } = selection;
  return [call.backend.makeOutput([length], 'int32', indices), call.backend.makeOutput([length], 'float32', scores)];
};
