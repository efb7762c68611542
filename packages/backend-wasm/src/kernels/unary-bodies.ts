import { util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Elements of a polynomial that repay a part, about 30 us. */
const LEAST_POLYNOMIALS = 2 ** 15;

/** Elements of a few instructions that repay a part: memory sets the pace. */
const LEAST_INSTRUCTIONS = 2 ** 16;

/** The parameters of a function, from attributes. Each reads one of them by its name, which is faster than by a variable. */
type Parameters = readonly [p: (attrs: NamedAttrMap) => number, q?: (attrs: NamedAttrMap) => number];

/** A sweep of unary.as.ts, which is named like the kernel. */
function unaryBody(kernelName: string, least: number, result: 'float32' | 'bool', parameters?: Parameters): VectorBody {
  const [p, q] = parameters ?? [];
  const entry = `${kernelName[0]!.toLowerCase()}${kernelName.slice(1)}`;
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    if (x.dtype !== 'float32') return undefined;
    const size = util.sizeFromShape(x.shape);
    const output = backend.makeOutput(x.shape, result);
    const host = wasmHost(backend);
    const from = host.pointer(x.dataId);
    const to = host.pointer(output.dataId);
    const args = p === undefined ? [from, to, size] : [from, to, size, p(attrs), q === undefined ? 0 : q(attrs)];
    host.lanes.parallel(entry, splitWork(Math.ceil(size / 16), size, least), args);
    return output;
  };
}

const bodies = (kernelNames: string, least: number, result: 'float32' | 'bool' = 'float32'): [string, VectorBody][] =>
  kernelNames.split(' ').map((name) => [name, unaryBody(name, least, result)]);

const parametric = (kernelName: string, ...parameters: Parameters): [string, VectorBody] => [
  kernelName,
  unaryBody(kernelName, LEAST_INSTRUCTIONS, 'float32', parameters),
];

const alpha = ({ alpha: value }: NamedAttrMap): number => value as number;

/**
 * `y[i] = f(x[i])` for float32, by tfjs' name of f. Emitted code calls the same functions four lanes at a time.
 *
 * Units in the last place from the exact value, at most: 0.51 for Cos, Sin and Tan; 1 for Log; 2 for Acos, Acosh, Asinh, Atan, Elu, Erf, Expm1,
 * Log1p, Rsqrt and Selu; 3 for Asin, Atanh, Cosh, Exp, Sinh, Softplus and Tanh; 4 for Sigmoid; the others are correctly rounded. NaN,
 * infinities and the sign of 0 are those of the exact function, but that Relu, Relu6 and Sign make 0 of -0, and Sign of NaN. Softplus and Sigmoid give 0
 * for results below 2^-126, all others know subnormals.
 */
export const unaryBodies: ReadonlyMap<string, VectorBody> = new Map([
  ...bodies('Acos Acosh Asin Asinh Atan Atanh Cos Cosh Elu Erf Exp Expm1 Log Log1p', LEAST_POLYNOMIALS),
  ...bodies('Selu Sigmoid Sin Sinh Softplus Tan Tanh', LEAST_POLYNOMIALS),
  ...bodies('Abs Ceil Floor Neg Reciprocal Relu Relu6 Round Rsqrt Sign Sqrt Square', LEAST_INSTRUCTIONS),
  ...bodies('IsFinite IsInf IsNan', LEAST_INSTRUCTIONS, 'bool'),
  parametric(
    'ClipByValue',
    ({ clipValueMin }) => clipValueMin as number,
    ({ clipValueMax }) => clipValueMax as number,
  ),
  parametric('LeakyRelu', alpha),
  parametric('Step', alpha),
]);
