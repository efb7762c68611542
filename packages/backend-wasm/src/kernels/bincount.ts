import { Bincount, util } from '@tensorflow/tfjs-core';
import { repairedKernel } from './stock-kernel.ts';

/** `Bincount`: counts over all elements, whatever the shape. Stock claims one row of counts for each row of a matrix, of which it fills the first. */
export const bincount = repairedKernel<'x' | 'weights', { size: number }>(Bincount, ({ inputs: { x, weights }, attrs, backend }, run) =>
  run({ inputs: { x: { ...x, shape: [util.sizeFromShape(x.shape)] }, weights }, attrs, backend }),
);
