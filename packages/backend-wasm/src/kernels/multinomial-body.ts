import { Softmax, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { alea } from './alea.ts';
import { runKernel } from './run-kernel.ts';
import { searchingModule } from './searching-module.ts';
import { splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

/** Probabilities that repay a part. */
const LEAST_EVENTS = 2 ** 16;

/**
 * `Multinomial`, with the draws of tfjs' cpu backend for a seed in the first row. Other rows have draws of their own, where the cpu backend begins anew
 * for each, so that all rows share theirs.
 */
export const multinomialBody: VectorBody = ({ inputs, attrs, backend }) => {
  const logits = inputs['logits']!;
  const { numSamples, seed, normalized } = attrs as unknown as { numSamples: number; seed: number; normalized: boolean };
  const [rows, events] = logits.shape as [number, number];
  if (logits.dtype !== 'float32' || logits.shape.length !== 2 || util.sizeFromShape(logits.shape) * numSamples === 0) return undefined;
  const draw = alea(String(seed));
  const draws = new Float64Array(rows * numSamples);
  for (let i = 0; i < draws.length; i++) draws[i] = draw();
  const probabilities = normalized ? logits : runKernel(Softmax, backend, { logits }, { dim: 1 });
  const output = backend.makeOutput([rows, numSamples], 'int32');
  const host = wasmHost(backend);
  const tasks = splitWork(Math.ceil(rows / 4), rows * events, LEAST_EVENTS);
  withScratch(host, [8 * draws.length, 16 * events * tasks], (drawn, sums) => {
    host.write(drawn, new Int32Array(draws.buffer));
    searchingModule(host).parallel('drawEvents', tasks, [
      host.pointer(probabilities.dataId),
      drawn,
      host.pointer(output.dataId),
      sums,
      rows,
      events,
      numSamples,
    ]);
  });
  if (!normalized) backend.disposeData(probabilities.dataId);
  return output;
};
