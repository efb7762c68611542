import * as tf from '@tensorflow/tfjs-core';
import { defineOp, wasmHost } from '@kumiko/backend';
import { partsOf } from '../../internal/wasm-body.ts';

/** A function of one value. */
export interface SmoothUnit {
  /** PascalCase. The backend's functions of one value include one of this name, and one for its slope. */
  readonly name: string;
  /** The function in plain tfjs ops. */
  readonly reference: (x: tf.Tensor) => tf.Tensor;
  /** Its derivative in plain tfjs ops. */
  readonly slope: (x: tf.Tensor) => tf.Tensor;
}

/** A kernel for wasm: the sweep of the backend's function of this name. */
function sweep(name: string): tf.KernelFunc {
  const entry = `${name[0]!.toLowerCase()}${name.slice(1)}`;
  return ({ inputs, backend }) => {
    const { dataId, shape } = inputs['x'] as tf.TensorInfo;
    const output = (backend as { makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo }).makeOutput(shape, 'float32');
    const host = wasmHost(backend as object);
    const size = tf.util.sizeFromShape(shape);
    host.lanes.parallel(entry, partsOf(size), [host.pointer(dataId), host.pointer(output.dataId), size]);
    return output;
  };
}

/** An op on float32 tensors that is one kernel on wasm, as is its slope, by which its gradient multiplies. */
export function smoothUnit({ name, reference, slope }: SmoothUnit): (x: tf.Tensor) => tf.Tensor {
  const slopeName = `${name}Slope`;
  const slopeOp = defineOp({ name: slopeName, inputs: ['x'], reference: ({ x }) => slope(x), kernels: { wasm: sweep(slopeName) } });
  const op = defineOp({
    name,
    inputs: ['x'],
    reference: ({ x }) => reference(x),
    gradient: (dy, { x }) => ({ x: () => tf.mul(dy, slopeOp({ x }, {})) }),
    kernels: { wasm: sweep(name) },
  });
  return (x) => tf.tidy(() => op({ x: x.dtype === 'float32' ? x : tf.cast(x, 'float32') }, {}));
}
