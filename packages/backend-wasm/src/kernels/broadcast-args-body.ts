import { wasmHost } from '../host.ts';
import type { VectorBody } from './vector-kernel.ts';

/** `BroadcastArgs`: the shape that two shapes are broadcast to, where they are. */
export const broadcastArgsBody: VectorBody = ({ inputs, backend }) => {
  const a = inputs['s0']!;
  const b = inputs['s1']!;
  if (a.dtype !== 'int32' || b.dtype !== 'int32') return undefined;
  const host = wasmHost(backend);
  const [rankA, rankB] = [a.shape[0]!, b.shape[0]!];
  const rank = Math.max(rankA, rankB);
  const output = backend.makeOutput([rank], 'int32');
  const ints = host.ints();
  const [endA, endB] = [(host.pointer(a.dataId) >>> 2) + rankA, (host.pointer(b.dataId) >>> 2) + rankB];
  const end = (host.pointer(output.dataId) >>> 2) + rank;
  for (let i = 1; i <= rank; i++) {
    const lengthA = i <= rankA ? ints[endA - i]! : 1;
    const lengthB = i <= rankB ? ints[endB - i]! : 1;
    if (lengthA !== lengthB && lengthA !== 1 && lengthB !== 1) {
      backend.disposeData(output.dataId);
      return undefined;
    }
    ints[end - i] = lengthA === 1 ? lengthB : lengthA;
  }
  return output;
};
