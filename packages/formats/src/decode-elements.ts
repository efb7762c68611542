/** @internal */
import { check, type Shape } from '@kumiko/core';
import { decodeBfloat16, decodeFloat16 } from './half-precision.ts';
import type { HostValues } from './stored-tensor.ts';

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/** What an element has to be told apart by, and whose it is, for the error that refuses it. */
export interface ElementsOf {
  readonly symbol: string;
  /** Of the tensor. */
  readonly name: string;
  /** As safetensors calls it: `F32`, `BF16`, `I64`. */
  readonly type: string;
  readonly shape: Shape;
}

/**
 * Little-endian elements as the type of tensor that holds them: floats as float32 (F64 rounded), integers as int32 where they fit, BOOL as bool.
 *
 * @param copy bytes of its own; the result may be a view of them
 * @throws KumikoError when a number does not fit, or there is no such type
 */
export function decodeElements(of: ElementsOf, copy: Uint8Array<ArrayBuffer>): HostValues {
  const { symbol, name, type, shape } = of;
  const { buffer } = copy;
  const float = (values: Float32Array): HostValues => ({ values, shape, dtype: 'float32' });
  const int = (values: ArrayLike<number>): HostValues => ({
    values: values instanceof Int32Array ? values : Int32Array.from(values),
    shape,
    dtype: 'int32',
  });
  switch (type) {
    case 'F32':
      return float(new Float32Array(buffer));
    case 'F16':
      return float(decodeFloat16(new Uint16Array(buffer)));
    case 'BF16':
      return float(decodeBfloat16(new Uint16Array(buffer)));
    case 'F64':
      return float(roundToFloat32(of, new Float64Array(buffer)));
    case 'I32':
      return int(new Int32Array(buffer));
    case 'I8':
      return int(new Int8Array(buffer));
    case 'U8':
      return int(copy);
    case 'I16':
      return int(new Int16Array(buffer));
    case 'U16':
      return int(new Uint16Array(buffer));
    case 'U32':
      return int(fitInt32(of, new Uint32Array(buffer)));
    case 'I64':
      return int(fitInt32(of, new BigInt64Array(buffer)));
    case 'U64':
      return int(fitInt32(of, new BigUint64Array(buffer)));
    case 'BOOL':
      check(
        copy.every((byte) => byte <= 1),
        symbol,
        () => `expected 0 or 1 in '${name}' of type BOOL, got another byte. Fetch or write the file again.`,
      );
      return { values: copy, shape, dtype: 'bool' };
    default:
      return check(
        false,
        symbol,
        () => `expected a type that tensors can have, got ${type} for '${name}'. Convert it to F32 before it is written.`,
      ) as never;
  }
}

function roundToFloat32({ symbol, name }: ElementsOf, values: Float64Array): Float32Array {
  const rounded = Float32Array.from(values);
  const lost = rounded.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(values[i]));
  check(
    lost < 0,
    symbol,
    () => `expected numbers in the range of float32, got ${values[lost]} in '${name}'. Scale them before they are written.`,
  );
  return rounded;
}

function fitInt32({ symbol, name }: ElementsOf, values: Uint32Array | BigInt64Array | BigUint64Array): Int32Array {
  return Int32Array.from(values, (value: number | bigint) => {
    check(
      value >= INT32_MIN && value <= INT32_MAX,
      symbol,
      () =>
        `expected integers in the range of int32, got ${value} in '${name}'. Store them as floats, or reduce them before they are written.`,
    );
    return Number(value);
  });
}

/** The complex numbers whose real and imaginary parts take turns. */
export function splitPairs({ values, shape }: HostValues): HostValues {
  const pairs = values as Float32Array;
  const half = (offset: number): Float32Array => Float32Array.from({ length: pairs.length / 2 }, (_, i) => pairs[2 * i + offset] as number);
  return { values: half(0), imaginary: half(1), shape, dtype: 'complex64' };
}
