import { imag, real, type Tensor } from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { writeNpyHeader } from './npy-header.ts';
import { joinBytes } from './copy-bytes.ts';

const TYPES: Readonly<Record<string, string>> = { float32: '<f4', int32: '<i4', bool: '|b1', complex64: '<c8' };

/**
 * A tensor as the bytes of a `.npy` file, which `numpy.load` reads: float32 as `<f4`, int32 as `<i4`, bool as `|b1`, complex64 as `<c8`,
 * strings as `<U` of the longest. Reads the tensor, and does not dispose it.
 *
 * @throws KumikoError when a string ends with a zero character, which numpy would drop
 * @example
 * const bytes = await toNpy(tf.tensor1d([1, 2]));
 * bytes.length; // 136, of which 128 are the header
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export async function toNpy(tensor: Tensor): Promise<Uint8Array> {
  const { dtype, shape } = tensor;
  if (dtype === 'string') return textsToNpy((await tensor.data<'string'>()) as readonly string[], shape);
  const values = dtype === 'complex64' ? await pairsOf(tensor) : await tensor.data();
  return joinBytes([writeNpyHeader(TYPES[dtype] as string, shape), new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
}

async function pairsOf(tensor: Tensor): Promise<Float32Array> {
  const parts = [real(tensor), imag(tensor)];
  try {
    const [reals, imaginaries] = (await Promise.all(parts.map((part) => part.data()))) as [Float32Array, Float32Array];
    return Float32Array.from({ length: 2 * tensor.size }, (_, i) => (i % 2 === 0 ? reals : imaginaries)[i >> 1] as number);
  } finally {
    for (const part of parts) part.dispose();
  }
}

/** Each text as code points, filled up with zeros to the length of the longest, which is at least 1. */
function textsToNpy(texts: readonly string[], shape: readonly number[]): Uint8Array {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0) as number));
  check(
    points.every((text) => text.at(-1) !== 0),
    'toNpy',
    () => 'expected strings that do not end with a zero character, got one. Take it off: numpy would.',
  );
  const width = points.reduce((most, { length }) => Math.max(most, length), 1);
  const padded = new Uint32Array(texts.length * width);
  for (const [i, text] of points.entries()) padded.set(text, i * width);
  return joinBytes([writeNpyHeader(`<U${width}`, shape), new Uint8Array(padded.buffer)]);
}
