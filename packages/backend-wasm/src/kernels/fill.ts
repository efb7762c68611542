import { Fill } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { repairedKernel } from './stock-kernel.ts';

/** `Fill`. Stock throws for strings. */
export const fill = repairedKernel<never, { shape: number[]; value: number | string; dtype?: DataType }>(Fill, (call, run) => {
  const { shape, value, dtype } = call.attrs;
  if (dtype !== 'string' && typeof value !== 'string') return run(call);
  return runOnCpu(Fill, { inputs: {}, attrs: { shape, value, dtype: 'string' }, backend: call.backend });
});
