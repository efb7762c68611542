/** @internal */
import { check, formatShape, type Shape } from '@kumiko/core';
import { readNpyHeader } from './npy-header.ts';
import { copyBytes } from './copy-bytes.ts';
import { decodeElements, splitPairs } from './decode-elements.ts';
import type { HostValues } from './stored-tensor.ts';

/** Elements of numpy by kind and bytes, as safetensors calls them. Complex ones are pairs. */
const TYPES: Readonly<Record<string, string>> = {
  b1: 'BOOL',
  i1: 'I8',
  i2: 'I16',
  i4: 'I32',
  i8: 'I64',
  u1: 'U8',
  u2: 'U16',
  u4: 'U32',
  u8: 'U64',
  f2: 'F16',
  f4: 'F32',
  f8: 'F64',
  c8: 'F32',
  c16: 'F64',
};
/** Bytes of a code point in a text of numpy. */
const CODE_POINT = 4;

/** The numbers of a npy file, in row-major order. */
export function readNpy(symbol: string, name: string, bytes: Uint8Array): HostValues {
  const { descr, fortranOrder, shape, begin } = readNpyHeader(symbol, bytes);
  const [, order = '', kind = '', digits = ''] = /^([<>|=])([a-zA-Z])(\d{1,9})$/.exec(descr) ?? [];
  const type = TYPES[`${kind}${digits}`];
  check(
    (Object.hasOwn(TYPES, `${kind}${digits}`) && type !== undefined) || kind === 'U',
    symbol,
    () => `expected numbers, booleans or texts in '${name}', got '${descr}'. Convert it with astype before it is written.`,
  );
  const elementBytes = kind === 'U' ? Number(digits) * CODE_POINT : Number(digits);
  const elements = shape.reduce((product, axis) => product * axis, 1);
  check(
    elements * elementBytes === bytes.length - begin && (elementBytes > 0 || elements <= bytes.length),
    symbol,
    () =>
      `expected ${elements * elementBytes} bytes for '${name}' of type ${descr} and shape ${formatShape(shape)}, got ${bytes.length - begin}. The file is damaged: fetch or write it again.`,
  );
  const copy = copyBytes(bytes, begin, bytes.length);
  const unit = kind === 'c' ? elementBytes / 2 : kind === 'U' ? CODE_POINT : elementBytes;
  if (order === '>') reverseEach(copy, unit);
  const decoded =
    kind === 'U'
      ? readTexts(symbol, name, copy, shape, Number(digits))
      : decodeElements({ symbol, name, type: type as string, shape }, copy);
  const values = kind === 'c' ? splitPairs(decoded) : decoded;
  return fortranOrder ? toRowMajor(values) : values;
}

/** Swaps the bytes of each element, in place. */
function reverseEach(bytes: Uint8Array, size: number): void {
  if (size < 2) return;
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** Texts of `width` code points each, filled up with zeros. */
function readTexts(symbol: string, name: string, bytes: Uint8Array<ArrayBuffer>, shape: Shape, width: number): HostValues {
  const points = new Uint32Array(bytes.buffer);
  check(
    points.every((point) => point < 0xd800 || (point > 0xdfff && point <= 0x10ffff)),
    symbol,
    () => `expected texts of Unicode in '${name}', got other code points. The file is damaged: fetch or write it again.`,
  );
  const count = shape.reduce((product, axis) => product * axis, 1);
  const values = Array.from({ length: count }, (_, i) => {
    let end = (i + 1) * width;
    while (end > i * width && points[end - 1] === 0) end--;
    return Array.from(points.subarray(i * width, end), (point) => String.fromCodePoint(point)).join('');
  });
  return { values, shape, dtype: 'string' };
}

/** Elements whose first axis was the fastest, with the last as the fastest. */
function toRowMajor(host: HostValues): HostValues {
  const { shape, values, imaginary } = host;
  if (shape.length < 2 || values.length === 0) return host;
  const strides: number[] = [];
  shape.reduce((stride, axis, i) => ((strides[i] = stride), stride * axis), 1);
  const position = new Array<number>(shape.length).fill(0);
  const sources = new Float64Array(values.length);
  let source = 0;
  for (let i = 0; i < sources.length; i++) {
    sources[i] = source;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis] as number;
      if (++position[axis]! < (shape[axis] as number)) break;
      source -= (strides[axis] as number) * (shape[axis] as number);
      position[axis] = 0;
    }
  }
  const reorder = <T extends HostValues['values']>(from: T): T =>
    (from as Float32Array).map((_: number, i: number) => (from as Float32Array)[sources[i] as number] as number) as unknown as T;
  return { ...host, values: reorder(values), ...(imaginary && { imaginary: reorder(imaginary) }) };
}
