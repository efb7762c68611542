import { Prelu } from '@tensorflow/tfjs-core';
import { runOnCpu } from './cpu-fallback.ts';
import { repeatsOverTail } from './repeats-over-tail.ts';
import { repairedKernel } from './stock-kernel.ts';

/** `Prelu`: x where x >= 0, alpha x elsewhere. Stock repeats alpha over the last axes only and misreads any other broadcast. */
export const prelu = repairedKernel<'x' | 'alpha'>(Prelu, (call, run) => {
  const { x, alpha } = call.inputs;
  return alpha.dtype === 'float32' && repeatsOverTail(alpha.shape, x.shape) ? run(call) : runOnCpu(Prelu, call);
});
