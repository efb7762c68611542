/** @internal */
import { complex, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { mapTree, type Shape, type Tree, type TreeOf } from '@kumiko/core';

/** A tensor's numbers on the host. */
export interface HostValues {
  readonly values: Float32Array | Int32Array | Uint8Array | readonly string[] | readonly Uint8Array[];
  /** Of a complex tensor, whose real part is `values`. */
  readonly imaginary?: Float32Array;
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32' | 'bool' | 'complex64' | 'string';
}

/** A tensor as a file has it, not yet decoded. A class: a plain record would be a node of the tree. */
export class StoredTensor {
  readonly decode: () => HostValues;
  constructor(decode: () => HostValues) {
    this.decode = decode;
  }
}

/** Makes the tensors of a tree. All are decoded first, so that no tensor is left of a file that is refused. */
export function makeTensors(tree: TreeOf<StoredTensor>): Tree {
  const decoded = mapTree((stored: StoredTensor) => {
    const values = stored.decode();
    return new StoredTensor(() => values);
  }, tree);
  return mapTree((stored: StoredTensor) => makeTensor(stored.decode()), decoded);
}

/** The tensor of these numbers. */
export function makeTensor({ values, imaginary, shape, dtype }: HostValues): Tensor {
  if (imaginary === undefined) return tensor(values as Float32Array, [...shape], dtype);
  const parts = [values as Float32Array, imaginary].map((part) => tensor(part, [...shape], 'float32'));
  try {
    return complex(parts[0] as Tensor, parts[1] as Tensor);
  } finally {
    for (const part of parts) part.dispose();
  }
}
