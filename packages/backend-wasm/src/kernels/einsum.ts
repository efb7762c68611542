import { backend_util, Einsum, Multiply, Sum, Transpose } from '@tensorflow/tfjs-core';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { runOnCpu } from './cpu-fallback.ts';
import { matMul } from './mat-mul.ts';
import { runKernel } from './run-kernel.ts';
import { shareTensor } from './share-tensor.ts';
import { wasmKernel } from './wasm-kernel.ts';

interface EinsumAttrs {
  readonly equation: string;
}

/** A tensor and the number of the equation's dimension that each of its axes runs over. */
interface Labelled {
  readonly tensor: TensorInfo;
  readonly dims: readonly number[];
}

/** Kernels on labelled tensors; each disposes what it is given. */
class LabelledKernels {
  readonly backend: BackendWasm;

  constructor(backend: BackendWasm) {
    this.backend = backend;
  }

  private replace(old: Labelled, tensor: TensorInfo, dims: readonly number[]): Labelled {
    this.backend.disposeData(old.tensor.dataId);
    return { tensor, dims };
  }

  /** Sums over the dimensions that `keep` refuses. */
  sumAway(x: Labelled, keep: (dim: number) => boolean): Labelled {
    const axis = [...x.dims.keys()].filter((i) => !keep(x.dims[i]!));
    if (axis.length === 0) return x;
    return this.replace(x, runKernel(Sum, this.backend, { x: x.tensor }, { axis, keepDims: false }), x.dims.filter(keep));
  }

  /** Puts the axes into an order of dimensions. */
  arrange(x: Labelled, dims: readonly number[]): Labelled {
    const perm = dims.map((dim) => x.dims.indexOf(dim));
    if (perm.every((axis, i) => axis === i)) return x;
    return this.replace(x, runKernel(Transpose, this.backend, { x: x.tensor }, { perm }), dims);
  }

  /** The same data under another shape. */
  reshape(x: Labelled, shape: number[], dims: readonly number[]): Labelled {
    return this.replace(x, shareTensor(this.backend, x.tensor, shape), dims);
  }
}

const isSame = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((value, i) => value === b[i]);

/** Two operands that share no summed dimension, or nothing but shared dimensions: a broadcast product, then a sum. */
function multiply(
  kernels: LabelledKernels,
  a: Labelled,
  b: Labelled,
  dims: readonly number[],
  sizes: ReadonlyMap<number, number>,
): Labelled {
  const [left, right] = [a, b].map((operand) => {
    const arranged = kernels.arrange(
      operand,
      dims.filter((dim) => operand.dims.includes(dim)),
    );
    return kernels.reshape(
      arranged,
      dims.map((dim) => (operand.dims.includes(dim) ? sizes.get(dim)! : 1)),
      dims,
    );
  }) as [Labelled, Labelled];
  const tensor = runKernel(Multiply, kernels.backend, { a: left.tensor, b: right.tensor });
  for (const operand of [left, right]) kernels.backend.disposeData(operand.tensor.dataId);
  return { tensor, dims };
}

/** Two operands that share summed dimensions: one batched matrix product. */
function contract(
  kernels: LabelledKernels,
  a: Labelled,
  b: Labelled,
  output: ReadonlySet<number>,
  sizes: ReadonlyMap<number, number>,
): Labelled {
  const shared = a.dims.filter((dim) => b.dims.includes(dim));
  const batch = shared.filter((dim) => output.has(dim));
  const inner = shared.filter((dim) => !output.has(dim));
  const rows = a.dims.filter((dim) => !shared.includes(dim));
  const columns = b.dims.filter((dim) => !shared.includes(dim));
  const size = (dims: readonly number[]) => dims.reduce((product, dim) => product * sizes.get(dim)!, 1);
  // An operand whose axes already lie in the other order is multiplied transposed instead of being copied.
  const transposeA = isSame(a.dims, [...batch, ...inner, ...rows]) && !isSame(a.dims, [...batch, ...rows, ...inner]);
  const transposeB = isSame(b.dims, [...batch, ...columns, ...inner]) && !isSame(b.dims, [...batch, ...inner, ...columns]);
  const left = kernels.arrange(a, transposeA ? a.dims : [...batch, ...rows, ...inner]);
  const right = kernels.arrange(b, transposeB ? b.dims : [...batch, ...inner, ...columns]);
  const shapeA = transposeA ? [size(inner), size(rows)] : [size(rows), size(inner)];
  const shapeB = transposeB ? [size(columns), size(inner)] : [size(inner), size(columns)];
  const matrices = size(batch);
  const tensor = matMul({
    ...{ backend: kernels.backend, transposeA, transposeB },
    a: { ...left.tensor, shape: [matrices, ...shapeA] },
    b: { ...right.tensor, shape: [matrices, ...shapeB] },
  });
  for (const operand of [left, right]) kernels.backend.disposeData(operand.tensor.dataId);
  const dims = [...batch, ...rows, ...columns];
  return { tensor: { ...tensor, shape: dims.map((dim) => sizes.get(dim)!) }, dims };
}

/**
 * `Einsum` of one or two tensors, which stock lacks. A contraction is one batched matrix product, with axes moved only where their order demands it.
 */
export const einsum = wasmKernel<string, EinsumAttrs>(Einsum, ({ inputs, attrs, backend }) => {
  const tensors = inputs as unknown as TensorInfo[];
  if (tensors.some(({ dtype }) => dtype !== 'float32')) return runOnCpu(Einsum, { inputs, attrs: { ...attrs }, backend });
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(attrs.equation, tensors.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as Tensor[]);
  const output = new Set([...allDims.keys()].filter((dim) => !summedDims.includes(dim)));
  const sizes = new Map(tensors.flatMap(({ shape }, i) => idDims[i]!.map((dim, axis) => [dim, shape[axis]!] as const)));
  const kernels = new LabelledKernels(backend);
  const operands = tensors.map((tensor, i) => {
    const isShared = (dim: number) => idDims.some((dims, other) => other !== i && dims.includes(dim));
    return kernels.sumAway({ tensor: shareTensor(backend, tensor), dims: idDims[i]! }, (dim) => output.has(dim) || isShared(dim));
  });
  let [result] = operands as [Labelled];
  const [a, b] = operands;
  if (a && b) {
    const inner = a.dims.filter((dim) => b.dims.includes(dim) && !output.has(dim));
    const isVectorProduct = a.dims.every((dim) => b.dims.includes(dim)) && b.dims.every((dim) => a.dims.includes(dim));
    result =
      inner.length === 0 || isVectorProduct
        ? kernels.sumAway(multiply(kernels, a, b, [...output, ...inner], sizes), (dim) => output.has(dim))
        : contract(kernels, a, b, output, sizes);
  }
  const { tensor } = kernels.arrange(result, [...output]);
  return tensor;
});
