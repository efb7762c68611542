import { Tensor } from '@tensorflow/tfjs-core';

/** A metric's result on the host: a tensor is read (a scalar as a number, others as nested arrays) and disposed, anything else awaited. */
export async function readResult(result: unknown): Promise<unknown> {
  const value: unknown = await result;
  if (!(value instanceof Tensor)) return value;
  const read = await value.array();
  value.dispose();
  return read;
}
