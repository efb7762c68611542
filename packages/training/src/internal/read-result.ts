import { Tensor } from '@tensorflow/tfjs-core';

/** A metric's result on the host: a scalar tensor is read and disposed, a promise awaited, anything else passed on. */
export async function readResult(result: unknown): Promise<unknown> {
  const value: unknown = await result;
  if (!(value instanceof Tensor) || value.size !== 1) return value;
  const [number] = await value.data();
  value.dispose();
  return number;
}
