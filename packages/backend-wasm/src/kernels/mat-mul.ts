import { broadcast_util, Tile, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { batchBroadcast } from './batch-broadcast.ts';
import { type GemmActivation, type GemmOperand, gemm } from './gemm.ts';
import { runKernel } from './run-kernel.ts';
import { zeroOutput } from './zero-output.ts';

/** Float32 matrices [..., m, k] and [..., k, n], each perhaps transposed, whose outer dimensions broadcast. */
export interface MatMulCall {
  readonly backend: BackendWasm;
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** A vector of n values. */
  readonly bias?: TensorInfo | undefined;
  readonly activation?: GemmActivation;
  readonly alpha?: number;
}

/** `activation(A B + bias)` over the last two dimensions, [..., m, n]. @throws Error as tfjs does when the shapes do not fit */
export function matMul(call: MatMulCall): TensorInfo {
  const { backend, a, b, transposeA, transposeB, bias, activation = 'linear', alpha = 0 } = call;
  util.assert(
    a.shape.length >= 2 && b.shape.length >= 2,
    () => `Error in matMul: inputs must have at least 2 dimensions, got shapes ${a.shape.join()} and ${b.shape.join()}.`,
  );
  const [rows, depth] = innerShape(a, transposeA);
  const [depthB, columns] = innerShape(b, transposeB);
  const outer = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  util.assert(
    depth === depthB,
    () =>
      `Error in matMul: inner shapes (${depth}) and (${depthB}) of Tensors with shapes ${a.shape.join()} and ${b.shape.join()} ` +
      `and transposeA=${transposeA} and transposeB=${transposeB} must match.`,
  );
  const shape = [...outer, rows, columns];
  const batch = util.sizeFromShape(outer);
  // Nothing to add up; the bias and the activation still apply, so an empty sum is run as one product with a zero.
  if (batch * rows * columns === 0) return backend.makeOutput(shape, 'float32');
  if (depth === 0) {
    const zeroA = zeroOutput(backend, [rows, 1]);
    const zeroB = zeroOutput(backend, [1, columns]);
    const product = matMul({ ...call, a: zeroA, b: zeroB, transposeA: false, transposeB: false });
    backend.disposeData(zeroA.dataId);
    backend.disposeData(zeroB.dataId);
    if (batch === 1) return { ...product, shape };
    const tiled = runKernel(Tile, backend, { x: product }, { reps: [batch, 1] });
    backend.disposeData(product.dataId);
    return { ...tiled, shape };
  }
  const temporaries: TensorInfo[] = [];
  const operand = (tensor: TensorInfo, transposed: boolean, height: number, width: number): GemmOperand => {
    let source = tensor;
    let broadcast = batchBroadcast(tensor.shape.slice(0, -2), outer);
    if (!broadcast) {
      const padded = [...Array<number>(outer.length + 2 - tensor.shape.length).fill(1), ...tensor.shape];
      const reps = padded.map((length, axis) => (axis < outer.length && length === 1 ? outer[axis]! : 1));
      source = runKernel(Tile, backend, { x: { ...tensor, shape: padded } }, { reps });
      temporaries.push(source);
      broadcast = { divide: 1, modulo: batch };
    }
    const strides = transposed ? { rowStride: 1, columnStride: height } : { rowStride: width, columnStride: 1 };
    return { pointer: wasmHost(backend).pointer(source.dataId), ...strides, batchStride: height * width, ...broadcast };
  };
  const host = wasmHost(backend);
  const left = operand(a, transposeA, rows, depth);
  const right = operand(b, transposeB, depth, columns);
  const output = backend.makeOutput(shape, 'float32');
  const c = host.pointer(output.dataId);
  gemm(host, { a: left, b: right, c, batch, rows, columns, depth, activation, alpha, bias: bias ? host.pointer(bias.dataId) : 0 });
  for (const { dataId } of temporaries) backend.disposeData(dataId);
  return output;
}

/** The last two dimensions, after the transposition. */
function innerShape({ shape }: TensorInfo, transposed: boolean): readonly [number, number] {
  const [height, width] = shape.slice(-2) as [number, number];
  return transposed ? [width, height] : [height, width];
}
