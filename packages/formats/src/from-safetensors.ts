import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { check, mapTree, type Shape, type Tree } from '@kumiko/core';
import { decodeBfloat16, decodeFloat16 } from './half-precision.ts';
import { readSafetensorsHeader, type SafetensorsEntry } from './safetensors-header.ts';
import { STRUCTURE_KEY } from './structure-key.ts';
import { buildTree } from './tree-structure.ts';

/** A tensor before it is one. */
interface Decoded {
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32' | 'bool';
}

const SYMBOL = 'fromSafetensors';
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/**
 * The tree of a safetensors file, with tensors that the caller owns. Files of `toSafetensors` come back as they were, arrays as arrays;
 * in files of other programs `/` separates the names of nested records. Bytes are copied; they may lie in shared memory.
 *
 * F32, F16 and BF16 become float32; F64 is rounded to float32; I8, U8, I16, U16, I32 and, where they fit, U32, I64 and U64 become int32; BOOL bool.
 *
 * @throws KumikoError when the bytes are no such file, a number does not fit its type, a type is not supported, or a name is `__proto__`,
 *   empty in part, or both a tensor and a record
 * @example
 * const params = fromSafetensors(await toSafetensors({ kernel: tf.zeros([4, 2]) }));
 * @see https://huggingface.co/docs/safetensors
 */
export function fromSafetensors(bytes: Uint8Array): Tree {
  const { entries, metadata } = readSafetensorsHeader(bytes);
  const structure = metadata.get(STRUCTURE_KEY);
  // Built of entries, so that no byte is decoded and no tensor made of a file that is refused.
  const tree = buildTree(SYMBOL, new Map(entries.map((entry) => [entry.name, new Leaf(entry)])), structure);
  const decoded = mapTree(({ entry }: Leaf) => new Leaf(entry, decode(bytes, entry)), tree);
  return mapTree((leaf: Leaf): Tensor => {
    const { values, shape, dtype } = leaf.decoded as Decoded;
    return tensor(values, [...shape], dtype);
  }, decoded);
}

/** An entry as a leaf: a plain record would be a node of the tree. */
class Leaf {
  readonly entry: SafetensorsEntry;
  readonly decoded: Decoded | undefined;
  constructor(entry: SafetensorsEntry, decoded?: Decoded) {
    this.entry = entry;
    this.decoded = decoded;
  }
}

function decode(bytes: Uint8Array, entry: SafetensorsEntry): Decoded {
  const { shape, begin, end } = entry;
  // A copy of its own: aligned for typed arrays, and no view of shared memory.
  const copy = new Uint8Array(end - begin);
  copy.set(bytes.subarray(begin, end));
  const { buffer } = copy;
  const float = (values: Float32Array): Decoded => ({ values, shape, dtype: 'float32' });
  const int = (values: ArrayLike<number>): Decoded => ({
    values: values instanceof Int32Array ? values : Int32Array.from(values),
    shape,
    dtype: 'int32',
  });
  switch (entry.dtype) {
    case 'F32':
      return float(new Float32Array(buffer));
    case 'F16':
      return float(decodeFloat16(new Uint16Array(buffer)));
    case 'BF16':
      return float(decodeBfloat16(new Uint16Array(buffer)));
    case 'F64':
      return float(roundToFloat32(entry, new Float64Array(buffer)));
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
      return int(fitInt32(entry, new Uint32Array(buffer)));
    case 'I64':
      return int(fitInt32(entry, new BigInt64Array(buffer)));
    case 'U64':
      return int(fitInt32(entry, new BigUint64Array(buffer)));
    case 'BOOL':
      check(
        copy.every((byte) => byte <= 1),
        SYMBOL,
        () => `expected 0 or 1 in '${entry.name}' of type BOOL, got another byte. Fetch or write the file again.`,
      );
      return { values: copy, shape, dtype: 'bool' };
    default:
      return check(
        false,
        SYMBOL,
        () => `expected a type that tensors can have, got ${entry.dtype} for '${entry.name}'. Convert it to F32 before it is written.`,
      ) as never;
  }
}

function roundToFloat32({ name }: SafetensorsEntry, values: Float64Array): Float32Array {
  const rounded = Float32Array.from(values);
  const lost = rounded.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(values[i]));
  check(
    lost < 0,
    SYMBOL,
    () => `expected numbers in the range of float32, got ${values[lost]} in '${name}'. Scale them before they are written.`,
  );
  return rounded;
}

function fitInt32({ name }: SafetensorsEntry, values: Uint32Array | BigInt64Array | BigUint64Array): Int32Array {
  return Int32Array.from(values, (value: number | bigint) => {
    check(
      value >= INT32_MIN && value <= INT32_MAX,
      SYMBOL,
      () =>
        `expected integers in the range of int32, got ${value} in '${name}'. Store them as floats, or reduce them before they are written.`,
    );
    return Number(value);
  });
}
