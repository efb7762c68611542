/** @internal Kernels that work element by element, as vector instructions of WASM. */
import type { DataType, NamedAttrMap } from '@tensorflow/tfjs-core';

const prefix = 0xfd;
const op = (code: number): number[] => (code < 128 ? [prefix, code] : [prefix, (code & 127) | 128, code >>> 7]);

/** Vector opcodes, from the WebAssembly SIMD specification. */
export const simd = {
  load: op(0x00),
  loadByteSplat: op(0x07),
  loadSplat: op(0x09),
  store: op(0x0b),
  constant: op(0x0c),
  storeByteLane: op(0x58),
  storeLane: op(0x5a),
  loadZero: op(0x5c),
  bytesFromShorts: op(0x66),
  shortsFromWords: op(0x86),
  shortsOfBytes: op(0x89),
  wordsOfShorts: op(0xa9),
  floatsOfWords: op(0xfa),
  not: op(0x4d),
  and: op(0x4e),
  or: op(0x50),
  xor: op(0x51),
  select: op(0x52),
} as const;

const float = {
  equal: op(0x41),
  notEqual: op(0x42),
  less: op(0x43),
  greater: op(0x44),
  lessEqual: op(0x45),
  greaterEqual: op(0x46),
  ceil: op(0x67),
  floor: op(0x68),
  nearest: op(0x6a),
  abs: op(0xe0),
  neg: op(0xe1),
  sqrt: op(0xe3),
  add: op(0xe4),
  sub: op(0xe5),
  mul: op(0xe6),
  div: op(0xe7),
  min: op(0xe8),
  max: op(0xe9),
  pseudoMin: op(0xea),
  pseudoMax: op(0xeb),
} as const;

const integer = {
  equal: op(0x37),
  notEqual: op(0x38),
  less: op(0x39),
  greater: op(0x3b),
  lessEqual: op(0x3d),
  greaterEqual: op(0x3f),
  abs: op(0xa0),
  neg: op(0xa1),
  add: op(0xae),
  sub: op(0xb1),
  mul: op(0xb5),
  min: op(0xb6),
  max: op(0xb8),
} as const;

/** Code that puts one operand on the stack; it may be used more than once. Floats and integers are lanes, bools are integers 0 and 1. */
export type Operand = readonly number[];

/** Code that calls a function of four floats of the backend. */
export type CallLanes = (name: string) => readonly number[];

/** Code for what a kernel computes from its operands. */
export type Emit = (operands: readonly Operand[], attrs: NamedAttrMap, call: CallLanes) => number[];

/** A vector of four equal floats. */
export function vectorConstant(value: number): number[] {
  return fourTimes(Float32Array.of(value));
}

/** A vector of four equal integers. */
export function integerConstant(value: number): number[] {
  return fourTimes(Int32Array.of(value));
}

function fourTimes({ buffer }: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): number[] {
  const bytes = [...new Uint8Array(buffer)];
  return [...simd.constant, ...bytes, ...bytes, ...bytes, ...bytes];
}

const unary =
  (code: readonly number[]): Emit =>
  ([x = []]) => [...x, ...code];
const binary =
  (code: readonly number[]): Emit =>
  ([a = [], b = []]) => [...a, ...b, ...code];
const lanes =
  (name: string): Emit =>
  ([x = []], _attrs, call) => [...x, ...call(name)];
/** `condition ? yes : no`, all vectors. */
const choose = (yes: Operand, no: Operand, condition: Operand): number[] => [...yes, ...no, ...condition, ...simd.select];
const zero = vectorConstant(0);
const one = vectorConstant(1);
/** `value` where x is a number, else x: NaN stays. */
const keepNaN = (value: Operand, x: Operand): number[] => choose(value, x, [...x, ...x, ...float.equal]);
const positive = (x: Operand): number[] => [...x, ...zero, ...float.greater];
const negative = (x: Operand): number[] => [...x, ...zero, ...float.less];
const times = (x: Operand, factor: Operand): number[] => [...x, ...factor, ...float.mul];
const sumOf =
  (add: readonly number[]): Emit =>
  (operands) =>
    operands.flatMap((x, i) => (i === 0 ? [...x] : [...x, ...add]));
const number = (attrs: NamedAttrMap, name: string, otherwise = 0): number[] =>
  vectorConstant((attrs[name] as number | undefined) ?? otherwise);

/** Kernels that are functions of four lanes of the backend, which its own kernels call too. */
const polynomials = 'Acos Acosh Asin Asinh Atan Atanh Cos Cosh Elu Erf Exp Expm1 Log Log1p Selu Sigmoid Sin Sinh Softplus Tan Tanh';

/** Floats to floats. Every instruction rounds as the kernel's own body does, so that fusing changes no bit. */
export const floats: Readonly<Record<string, Emit>> = {
  ...Object.fromEntries(polynomials.split(' ').map((name) => [name, lanes(name)])),
  Abs: unary(float.abs),
  Add: binary(float.add),
  AddN: sumOf(float.add),
  Ceil: unary(float.ceil),
  ClipByValue: ([x = []], attrs) => {
    const [low, high] = [number(attrs, 'clipValueMin'), number(attrs, 'clipValueMax')];
    return choose(high, choose(low, x, [...x, ...low, ...float.less]), [...x, ...high, ...float.greater]);
  },
  Floor: unary(float.floor),
  LeakyRelu: ([x = []], attrs) => choose(times(x, number(attrs, 'alpha')), x, negative(x)),
  Maximum: binary(float.max),
  Minimum: binary(float.min),
  Multiply: binary(float.mul),
  Neg: unary(float.neg),
  RealDiv: binary(float.div),
  Reciprocal: ([x = []]) => [...one, ...x, ...float.div],
  Relu: ([x = []]) => keepNaN(choose(x, zero, positive(x)), x),
  Relu6: ([x = []]) => [...x, ...zero, ...float.pseudoMax, ...vectorConstant(6), ...float.pseudoMin, ...zero, ...float.add],
  Round: unary(float.nearest),
  Rsqrt: ([x = []]) => [...one, ...x, ...float.sqrt, ...float.div],
  Sign: ([x = []]) => [...[...positive(x), ...one, ...simd.and], ...[...negative(x), ...vectorConstant(-1), ...simd.and, ...simd.or]],
  Sqrt: unary(float.sqrt),
  Square: ([x = []]) => times(x, x),
  SquaredDifference: ([a = [], b = []]) => times([...a, ...b, ...float.sub], [...a, ...b, ...float.sub]),
  Step: ([x = []], attrs) => keepNaN(choose(one, number(attrs, 'alpha'), positive(x)), x),
  Sub: binary(float.sub),
};

const integers: Readonly<Record<string, Emit>> = {
  Abs: unary(integer.abs),
  Add: binary(integer.add),
  AddN: sumOf(integer.add),
  Maximum: binary(integer.max),
  Minimum: binary(integer.min),
  Multiply: binary(integer.mul),
  Neg: unary(integer.neg),
  Sub: binary(integer.sub),
};

/** From a mask of all or no bits. */
const toBool = (mask: Operand): number[] => [...mask, ...integerConstant(1), ...simd.and];
const comparison =
  (code: readonly number[]): Emit =>
  ([a = [], b = []]) =>
    toBool([...a, ...b, ...code]);

type Comparison = 'equal' | 'greater' | 'greaterEqual' | 'less' | 'lessEqual' | 'notEqual';

const comparisons: Readonly<Record<string, Comparison>> = {
  Equal: 'equal',
  Greater: 'greater',
  GreaterEqual: 'greaterEqual',
  Less: 'less',
  LessEqual: 'lessEqual',
  NotEqual: 'notEqual',
};

const bools: Readonly<Record<string, Emit>> = {
  LogicalAnd: binary(simd.and),
  LogicalNot: ([x = []]) => [...x, ...integerConstant(1), ...simd.xor],
  LogicalOr: binary(simd.or),
};

const same: Emit = ([x = []]) => [...x];
const fill = (value: number, type: DataType): Emit => {
  const constant = type === 'float32' ? vectorConstant(value) : integerConstant(value);
  return () => constant;
};

/** Tests of floats. */
const tests: Readonly<Record<string, Emit>> = {
  IsFinite: ([x = []]) => toBool([...x, ...float.abs, ...vectorConstant(Infinity), ...float.less]),
  IsInf: ([x = []]) => toBool([...x, ...float.abs, ...vectorConstant(Infinity), ...float.equal]),
  IsNan: ([x = []]) => toBool([...x, ...x, ...float.notEqual]),
};

/** What a kernel computes on operands of these types, or nothing if it is not known here. */
export function emitterOf(kernelName: string, types: readonly DataType[], output: DataType, attrs: NamedAttrMap): Emit | undefined {
  const [type = output] = types;
  if (kernelName === 'Fill') return typeof attrs['value'] === 'number' ? fill(attrs['value'], output) : undefined;
  if (kernelName === 'ZerosLike') return fill(0, output);
  if (kernelName === 'OnesLike') return fill(1, output);
  if (kernelName === 'Cast') return castEmitter(type, output);
  if (kernelName === 'Tile') return same;
  if (kernelName === 'Select') {
    const [condition, yes, no] = types;
    const fits = condition === 'bool' && yes === output && no === output;
    return fits ? ([test = [], a = [], b = []]) => choose(a, b, [...test, ...integerConstant(0), ...integer.notEqual]) : undefined;
  }
  if (types.some((other) => other !== type)) return undefined;
  if (Object.hasOwn(comparisons, kernelName) && type !== 'bool')
    return comparison((type === 'float32' ? float : integer)[comparisons[kernelName] as Comparison]);
  if (type === 'float32' && Object.hasOwn(tests, kernelName)) return tests[kernelName];
  if (output !== type) return undefined;
  const table = { float32: floats, int32: integers, bool: bools }[type as 'float32' | 'int32' | 'bool'];
  return Object.hasOwn(table, kernelName) ? table[kernelName] : undefined;
}

/** From float to integer JavaScript wraps around, which no instruction does: that cast is left to its kernel. */
function castEmitter(from: DataType, to: DataType): Emit | undefined {
  if (from === to || (from === 'bool' && to === 'int32')) return same;
  if (to === 'float32') return unary(simd.floatsOfWords);
  if (to !== 'bool') return undefined;
  return from === 'float32'
    ? ([x = []]) => toBool([...x, ...zero, ...float.notEqual])
    : ([x = []]) => toBool([...x, ...integerConstant(0), ...integer.notEqual]);
}
