import { util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Elements that repay a part, about 20 us. */
const LEAST_ELEMENTS = 2 ** 14;

/**
 * `Softmax` over the last axis of float32: `e^(x - max) / sum of e^(x - max)`, each within 5 units in the last place and the error of the sum.
 * A row that holds NaN or +Infinity is all NaN.
 */
export const softmaxBody: VectorBody = ({ inputs, attrs, backend }) => {
  const logits = inputs['logits']!;
  const { shape, dtype } = logits;
  const columns = shape.at(-1) ?? 0;
  const size = util.sizeFromShape(shape);
  const dim = attrs['dim'] as number;
  if (dtype !== 'float32' || size === 0 || columns === 0 || (dim !== -1 && dim !== shape.length - 1)) return undefined;
  const output = backend.makeOutput(shape, dtype);
  const host = wasmHost(backend);
  const rows = size / columns;
  host.parallel('softmax', splitWork(rows, size, LEAST_ELEMENTS), [
    ...[host.pointer(logits.dataId), host.pointer(output.dataId), rows, columns],
  ]);
  return output;
};
