import { createRequire } from 'node:module';
import { type Array as JaxArray, defaultDevice, init, jit, lax, nn, numpy } from '@jax-js/jax';
import { inputValues } from '../input-values.ts';
import type { Peer, Prepared } from '../peer.ts';
import type { InputSpec, SweepRow } from '../sweep-row.ts';
import { permute } from './permute.ts';

type Body = (...inputs: JaxArray[]) => JaxArray;

const { absolute, add, ceil, cos, divide, exp, expm1, floor, log, log1p, maximum, minimum, multiply, negative, power, reciprocal, sin, sqrt, square, subtract, tan, tanh } = numpy; // prettier-ignore

const elementwise = {
  Abs: absolute, Add: add, Ceil: ceil, Cos: cos, Elu: nn.elu, Exp: exp, Expm1: expm1, Floor: floor, Log: log, Log1p: log1p, Maximum: maximum,
  Minimum: minimum, Multiply: multiply, Neg: negative, Pow: power, RealDiv: divide, Reciprocal: reciprocal, Relu: nn.relu, Selu: nn.selu,
  Sigmoid: nn.sigmoid, Sin: sin, Softplus: nn.softplus, Sqrt: sqrt, Square: square, Sub: subtract, Tan: tan, Tanh: tanh,
} as unknown as Readonly<Record<string, Body>>; // prettier-ignore

const reductions: Readonly<Record<string, (x: JaxArray, axis: number[]) => JaxArray>> = {
  Max: (x, axis) => numpy.max(x, axis),
  Mean: (x, axis) => numpy.mean(x, axis),
  Min: (x, axis) => numpy.min(x, axis),
  Prod: (x, axis) => numpy.prod(x, axis),
  Sum: (x, axis) => numpy.sum(x, axis),
};

/** The function of a row, or undefined where this benchmark knows none. */
function bodyOf({ kernel, attrs }: SweepRow): Body | undefined {
  const reduce = reductions[kernel];
  if (reduce) return (x) => reduce(x, [...((attrs['axis'] ?? attrs['reductionIndices']) as number[])]);
  if (elementwise[kernel]) return elementwise[kernel];
  const { transposeA, transposeB, strides = [] } = attrs as { transposeA?: boolean; transposeB?: boolean; strides?: number[] };
  const product: Body = (a, b) => numpy.matmul(transposeA ? numpy.matrixTranspose(a) : a, transposeB ? numpy.matrixTranspose(b) : b);
  const convolve: Body = (x, filter) => lax.convGeneralDilated(x, filter, strides, 'SAME');
  switch (kernel) {
    case 'BatchMatMul':
      return product;
    case '_FusedMatMul':
      return (a, b, bias) => nn.relu(numpy.add(product(a!, b!), bias!));
    case 'Conv2D':
      return convolve;
    case 'FusedConv2D':
      return (x, filter, bias) => nn.relu(numpy.add(convolve(x!, filter!), numpy.reshape(bias!, [1, -1, 1, 1])));
    case 'Softmax':
      return (x) => nn.softmax(x!, attrs['dim'] as number);
    case 'Transpose':
      return (x) => numpy.transpose(x!, attrs['perm'] as number[]);
    default:
      return undefined;
  }
}

/** jax-js on its wasm backend, every function through `jit`. It looks for workers when it is imported, so they must be there before. */
export async function startEngine(): Promise<Peer> {
  if (!(await init('wasm')).includes('wasm')) throw new Error('jax: expected its wasm backend to start, got none.');
  defaultDevice('wasm');
  const { version } = createRequire(import.meta.url)('../../node_modules/@jax-js/jax/package.json') as { version: string };
  return { version: `@jax-js/jax ${version}, wasm, jit`, prepare: (row) => Promise.resolve(prepare(row)) };
}

const toChannelsFirst = [0, 3, 1, 2];
const filterToOihw = [3, 2, 0, 1];

function prepare(row: SweepRow): Prepared | undefined {
  const body = bodyOf(row);
  const specs = Object.entries(row.inputs as Readonly<Record<string, InputSpec>>);
  if (!body || specs.some(([, { dtype = 'float32' }]) => dtype !== 'float32')) return undefined;
  const isConvolution = row.kernel.endsWith('Conv2D');
  const inputs = specs.map(([name, spec], seed) => {
    const values = inputValues(spec, seed) as Float32Array<ArrayBuffer>;
    const order = !isConvolution ? undefined : { x: toChannelsFirst, filter: filterToOihw }[name];
    if (!order) return numpy.array(values).reshape([...spec.shape]);
    return numpy.array(permute(values, spec.shape, order) as Float32Array<ArrayBuffer>).reshape(order.map((axis) => spec.shape[axis]!));
  });
  const compiled = jit(body as never) as unknown as Body;
  const call = (): JaxArray => compiled(...inputs.map((input) => input.ref));
  return {
    async run(count) {
      for (let i = 0; i < count; i++) {
        const result = call();
        await result.blockUntilReady();
        result.dispose();
      }
    },
    async results() {
      return [await call().data()];
    },
    release: () => inputs.forEach((input) => input.dispose()),
  };
}
