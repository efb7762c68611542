import { check } from '@kumiko/core';

/** An array of bytes in the IDX format. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

const UNSIGNED_BYTES = 0x08;

/**
 * Reads the IDX format: two zero bytes, the type, the number of axes, their sizes as big-endian 32-bit words, the values.
 *
 * @param name for errors
 * @throws KumikoError when the bytes are not IDX, hold another type than unsigned bytes, or are cut short
 * @see LeCun, "The MNIST database of handwritten digits", file formats
 */
export function parseIdx(name: string, bytes: Uint8Array): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  check(
    bytes.length >= 4 && view.getUint16(0) === 0 && view.getUint8(2) === UNSIGNED_BYTES && bytes.length >= 4 + 4 * view.getUint8(3),
    'parseIdx',
    () => `expected ${name} to be an IDX file of unsigned bytes, got other bytes. Download it again.`,
  );
  const axes = view.getUint8(3);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  const values = bytes.subarray(4 + 4 * axes);
  check(values.length === size, 'parseIdx', () => `expected ${name} to hold ${size} values, got ${values.length}. Download it again.`);
  return { shape, values };
}
