import { sizeOf } from './input-values.ts';
import type { Roofline } from './roofline.ts';
import type { InputSpec, SweepRow } from './sweep-row.ts';

const bytesOf = { float32: 4, int32: 4, bool: 1 } as const;

/** Bytes of a row's inputs, each read once, and of its outputs at 4 an element. */
export function leastBytes({ inputs }: Pick<SweepRow, 'inputs'>, outputs: number): number {
  return Object.values(inputs).reduce(
    (sum: number, { shape, dtype = 'float32' }: InputSpec) => sum + sizeOf(shape) * bytesOf[dtype],
    4 * outputs,
  );
}

/**
 * The share of the machine's limit that a call reaches: the time it cannot do without, over the time it took. A call cannot do without
 * its operations at the peak of its threads, nor without its bytes at the bandwidth of memory, whichever takes longer.
 *
 * @param milliseconds a call took
 * @param outputs elements that the call wrote
 * @param threads of the engine; memory is one for all of them
 */
export function reach(row: SweepRow, milliseconds: number, outputs: number, threads: number, limits: Roofline): number {
  const peak = Math.max(limits.plainGflops, limits.relaxedGflops) * threads * 1e6;
  const bandwidth = Math.max(limits.copyGigabytes, limits.triadGigabytes) * 1e6;
  return Math.max((row.flops ?? 0) / peak, leastBytes(row, outputs) / bandwidth) / milliseconds;
}
