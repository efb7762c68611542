import { backend_util, util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { splitWork } from './split-work.ts';
import { stockKernel } from './stock-kernel.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Elements of a polynomial that repay a part, about 30 us. */
const LEAST_POLYNOMIALS = 2 ** 15;

/** Elements of a few instructions that repay a part: memory sets the pace. */
const LEAST_INSTRUCTIONS = 2 ** 16;

interface Row {
  /** The function in unary.as.ts. */
  readonly entry: string;
  /** The size from which it is faster than the stock kernel; smaller tensors go there. 0: the stock kernel is wrong, or never faster. */
  readonly from: number;
  /** The fewest elements of a part. */
  readonly least: number;
  /** The function's p and q. */
  readonly parameters?: (attrs: NamedAttrMap) => readonly [number, number];
}

const polynomial = (entry: string, from: number, parameters?: Row['parameters']): Row => ({
  ...{ entry, from, least: LEAST_POLYNOMIALS },
  ...(parameters && { parameters }),
});

const instructions = (entry: string, from: number, parameters?: Row['parameters']): Row => ({
  ...{ entry, from, least: LEAST_INSTRUCTIONS },
  ...(parameters && { parameters }),
});

/** By tfjs' name of the kernel. Abs, Elu, Neg, Relu, Sigmoid, Square and Step are not here: stock is as fast. */
const rows: Readonly<Record<string, Row>> = {
  Erf: polynomial('erf', 32),
  Exp: polynomial('exp', 1024),
  LeakyRelu: instructions('leakyRelu', 1024, (attrs) => [attrs['alpha'] as number, 0]),
  Log: polynomial('log', 512),
  Reciprocal: instructions('reciprocal', 1024),
  Rsqrt: instructions('rsqrt', 512),
  Selu: polynomial('elu', 1024, () => [backend_util.SELU_SCALE, backend_util.SELU_SCALEALPHA]),
  Sign: instructions('sign', 0),
  Softplus: polynomial('softplus', 64),
  Sqrt: instructions('sqrt', 512),
  Tanh: polynomial('tanh', 32),
};

function unaryBody(kernelName: string, { entry, from, least, parameters }: Row): VectorBody {
  const stock = stockKernel(kernelName);
  return (call) => {
    const { inputs, attrs, backend } = call;
    const x = inputs['x']!;
    if (x.dtype !== 'float32') return undefined;
    const size = util.sizeFromShape(x.shape);
    if (size < from) return stock.run(call) as TensorInfo;
    const output = backend.makeOutput(x.shape, 'float32');
    const host = wasmHost(backend);
    const [p, q] = parameters?.(attrs) ?? [0, 0];
    if (size > 0)
      host.parallel(entry, splitWork(Math.ceil(size / 16), size, least), [host.pointer(x.dataId), host.pointer(output.dataId), size, p, q]);
    return output;
  };
}

/**
 * `y[i] = f(x[i])` for float32, by tfjs' name of f.
 *
 * Units in the last place from the exact value, at most: 2 for Log, Erf and Rsqrt, 3 for Exp, Tanh and Softplus, 4 for Selu; the
 * others are correctly rounded. NaN, infinities and the sign of 0 are those of the exact function. Exp and Log know subnormals, Softplus
 * gives 0 for results below 2^-126.
 */
export const unaryBodies: ReadonlyMap<string, VectorBody> = new Map(
  Object.entries(rows).map(([kernelName, row]) => [kernelName, unaryBody(kernelName, row)]),
);
