import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { check, formatShape, type Shape, type TensorShape } from '@kumiko/core';

/** The typed arrays that data may come in. Floats become float32 tensors, integers int32 tensors. */
export type NumericArray = Float32Array | Float64Array | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array;

type DataType = TensorShape['dtype'];

/**
 * A tensor on the host: a typed array with a shape, and the type that it will have as a tensor. Made by {@link hostTensor}.
 * Rows are trees of these; nobody has to dispose them.
 */
export class HostTensor implements TensorShape {
  /** The elements in row-major order; views of larger arrays are usual, so treat them as read-only. */
  readonly values: NumericArray;
  readonly shape: Shape;
  readonly dtype: DataType;

  constructor(values: NumericArray, shape: Shape, dtype: DataType) {
    this.values = values;
    this.shape = shape;
    this.dtype = dtype;
  }

  /**
   * The number in a tensor of one element, such as the label of a row.
   *
   * @throws KumikoError when there are more or fewer elements
   */
  get value(): number {
    check(
      this.values.length === 1,
      'HostTensor.value',
      () => `expected a tensor of one element, got the shape ${formatShape(this.shape)}. Read values instead.`,
    );
    return this.values[0] as number;
  }
}

function isFloat(values: NumericArray): boolean {
  return values instanceof Float32Array || values instanceof Float64Array;
}

/**
 * A {@link HostTensor} over a typed array, which is not copied.
 *
 * @param values the elements in row-major order
 * @param shape sizes of the axes; default `[values.length]`
 * @param dtype `float32`, `int32` or `bool`; default `float32` for arrays of floats, else `int32`
 * @throws KumikoError when the shape does not hold exactly the values, or floats are to be int32
 * @example
 * const images = hostTensor(new Uint8Array(2 * 28 * 28), [2, 28, 28, 1]); // int32
 */
export function hostTensor(
  values: NumericArray,
  shape: Shape = [values.length],
  dtype: DataType = isFloat(values) ? 'float32' : 'int32',
): HostTensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  check(
    shape.every((axis) => Number.isInteger(axis) && axis >= 0) && size === values.length,
    'hostTensor',
    () => `expected a shape of ${values.length} elements, got ${formatShape(shape)} of ${size}. Pass the sizes of the axes, rows first.`,
  );
  check(
    dtype !== 'int32' || !isFloat(values),
    'hostTensor',
    () => `expected integers for int32, got a ${values.constructor.name}. Pass an Int32Array, or leave dtype out for float32.`,
  );
  return new HostTensor(values, [...shape], dtype);
}

/** The elements of one row along the first axis. */
function rowSize(tensor: HostTensor): number {
  return tensor.shape.slice(1).reduce((product, axis) => product * axis, 1);
}

/**
 * One row along the first axis, a view: its shape has one axis less.
 *
 * @throws KumikoError when the tensor has no such row
 * @example
 * rowOf(hostTensor(new Float32Array([1, 2, 3, 4]), [2, 2]), 1).values; // [3, 4]
 */
export function rowOf(tensor: HostTensor, index: number): HostTensor {
  check(
    Number.isInteger(index) && index >= 0 && index < (tensor.shape[0] ?? 0),
    'rowOf',
    () => `expected a row of a tensor ${formatShape(tensor.shape)}, got ${index}. Pass an integer from 0 to the number of rows less 1.`,
  );
  const size = rowSize(tensor);
  return new HostTensor(tensor.values.subarray(index * size, (index + 1) * size), tensor.shape.slice(1), tensor.dtype);
}

/**
 * A zeroed array of the kind that a tensor of this type is made from without another copy.
 *
 * @example
 * allocateValues('int32', 2); // [0, 0]
 */
export function allocateValues(dtype: DataType, size: number): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/**
 * The rows at `indices` as one tensor `[indices.length, ...shape of a row]`, copied once, straight into its array.
 *
 * @throws KumikoError when an index is not that of a row
 * @example
 * gatherRows(hostTensor(new Float32Array([1, 2, 3]), [3]), [2, 0]); // tensor [3, 1]
 */
export function gatherRows(tensorOfRows: HostTensor, indices: ArrayLike<number>): Tensor {
  const { values, shape, dtype } = tensorOfRows;
  const [rows = 0, ...rest] = shape;
  const size = rowSize(tensorOfRows);
  const gathered = allocateValues(dtype, indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    check(
      Number.isInteger(index) && index >= 0 && index < rows,
      'gatherRows',
      () => `expected indices from 0 to ${rows - 1}, got ${index}. Pass rows that exist.`,
    );
    if (size === 1) gathered[i] = values[index] as number;
    else gathered.set(values.subarray(index * size, (index + 1) * size), i * size);
  }
  return tensor(gathered, [indices.length, ...rest], dtype);
}
