import { Bincount, util } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { repairedKernel } from './stock-kernel.ts';

/**
 * `Bincount`: counts over all elements, whatever the shape. Stock claims one row of counts for each row of a matrix, of which it fills the
 * first, and has no weights of type bool.
 */
export const bincount = repairedKernel<'x' | 'weights', { size: number }>(Bincount, ({ inputs, attrs, backend }, run) => {
  const { x, weights } = inputs;
  const isPlain = x.dtype === 'int32' && (weights.dtype === 'float32' || weights.dtype === 'int32');
  if (!isPlain) return runOnCpu(Bincount, { inputs, attrs, backend });
  const { dataId, shape, dtype } = x;
  return run({ inputs: { x: { dataId, shape: [util.sizeFromShape(shape)], dtype }, weights }, attrs, backend });
});
