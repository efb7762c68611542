/** @internal */
import { check, type Shape } from '@kumiko/core';
import { copyBytes } from './copy-bytes.ts';

/** What stands at the head of a npy file. */
export interface NpyHeader {
  /** Byte order, kind and bytes of an element, as numpy writes them: `<f4`. */
  readonly descr: string;
  /** Whether the first axis is the fastest. */
  readonly fortranOrder: boolean;
  readonly shape: Shape;
  /** Where the elements begin. */
  readonly begin: number;
}

/** `\x93NUMPY`. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const ALIGNMENT = 64;
/** More than any shape needs; numpy itself refuses 10,000. */
const MAX_HEADER_BYTES = 65_536;

/** The head of a file of version 1.0, padded so that the elements are aligned. */
export function writeNpyHeader(descr: string, shape: Shape): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }`;
  const length = Math.ceil((text.length + 11) / ALIGNMENT) * ALIGNMENT;
  const head = new Uint8Array(length).fill(0x20);
  head.set([...MAGIC, 1, 0]);
  new DataView(head.buffer).setUint16(8, length - 10, true);
  head.set(new TextEncoder().encode(text), 10);
  head[length - 1] = 0x0a;
  return head;
}

/** Reads the head of a file of version 1.0, 2.0 or 3.0: a Python record with the three entries that numpy writes, in any order. */
export function readNpyHeader(symbol: string, bytes: Uint8Array): NpyHeader {
  const refuse: (holds: boolean, message: () => string) => asserts holds = (holds, message) =>
    check(holds, symbol, () => `expected ${message()}. The file is damaged or no .npy file: fetch or write it again.`);
  refuse(
    bytes.length >= 12 && MAGIC.every((byte, i) => bytes[i] === byte),
    () => "the bytes of a .npy file, which begin with '\\x93NUMPY', got others",
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = bytes[6] as number;
  refuse(version >= 1 && version <= 3, () => `version 1, 2 or 3, got ${version}`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  refuse(length <= MAX_HEADER_BYTES && start + length <= bytes.length, () => `${length} bytes of header, got ${bytes.length - start}`);
  const text = new TextDecoder().decode(copyBytes(bytes, start, start + length));
  const entries = new Map(
    [...text.matchAll(/'(\w+)': ?('[^']*'|True|False|\([\d, ]*\))/g)].map(([, name, value]) => [name, value as string]),
  );
  const spelt = [...entries].map(([name, value]) => `'${name}':${value}`).join(',');
  const without = (whole: string): string => whole.replaceAll(' ', '').replace(/,?}\n?$/, '}');
  refuse(without(text) === without(`{${spelt}}`), () => 'a header of descr, fortran_order and shape, got other text');
  const [descr, order, axes] = ['descr', 'fortran_order', 'shape'].map((name) => entries.get(name));
  const shape = axes?.match(/\d+/g)?.map(Number) ?? [];
  refuse(
    entries.size === 3 && descr?.[0] === "'" && (order === 'True' || order === 'False') && axes?.[0] === '(',
    () => 'a header of descr, fortran_order and shape, got others',
  );
  refuse(
    shape.every((axis) => Number.isSafeInteger(axis)),
    () => `a shape that an array can have, got ${axes}`,
  );
  return { descr: descr.slice(1, -1), fortranOrder: order === 'True', shape, begin: start + length };
}
