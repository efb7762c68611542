/** @internal Float32 kernels that work element by element, as vector instructions of WASM. */
import type { NamedAttrMap } from '@tensorflow/tfjs-core';

const prefix = 0xfd;
const op = (code: number): number[] => (code < 128 ? [prefix, code] : [prefix, (code & 127) | 128, code >>> 7]);

/** Vector opcodes, from the WebAssembly SIMD specification. */
export const simd = {
  load: op(0x00),
  loadSplat: op(0x09),
  store: op(0x0b),
  constant: op(0x0c),
  storeLane: op(0x5a),
  loadZero: op(0x5c),
  equal: op(0x41),
  greater: op(0x44),
  select: op(0x52),
  abs: op(0xe0),
  neg: op(0xe1),
  sqrt: op(0xe3),
  add: op(0xe4),
  sub: op(0xe5),
  mul: op(0xe6),
  div: op(0xe7),
  min: op(0xe8),
  max: op(0xe9),
} as const;

/** Code that puts one operand on the stack; it may be used more than once. */
export type Operand = readonly number[];

/** A vector of four equal numbers. */
export function vectorConstant(value: number): number[] {
  const bytes = [...new Uint8Array(Float32Array.of(value).buffer)];
  return [...simd.constant, ...bytes, ...bytes, ...bytes, ...bytes];
}

type Emit = (operands: readonly Operand[], attrs: NamedAttrMap) => number[];

const unary =
  (code: readonly number[]): Emit =>
  ([x = []]) => [...x, ...code];
const binary =
  (code: readonly number[]): Emit =>
  ([a = [], b = []]) => [...a, ...b, ...code];
/** `condition ? yes : no`, all vectors. */
const choose = (yes: Operand, no: Operand, condition: Operand): number[] => [...yes, ...no, ...condition, ...simd.select];
/** `value` where x is a number, else x: NaN stays. */
const keepNaN = (value: Operand, x: Operand): number[] => choose(value, x, [...x, ...x, ...simd.equal]);
const positive = (x: Operand): number[] => [...x, ...vectorConstant(0), ...simd.greater];

/** What each kernel computes. Every instruction rounds as the kernel's own body does, so that fusing changes no bit. */
export const elementwise: Readonly<Record<string, Emit>> = {
  Abs: unary(simd.abs),
  Add: binary(simd.add),
  AddN: (operands) => operands.flatMap((x, i) => (i === 0 ? [...x] : [...x, ...simd.add])),
  Maximum: binary(simd.max),
  Minimum: binary(simd.min),
  Multiply: binary(simd.mul),
  Neg: unary(simd.neg),
  RealDiv: binary(simd.div),
  Relu: ([x = []]) => keepNaN(choose(x, vectorConstant(0), positive(x)), x),
  Sqrt: unary(simd.sqrt),
  Square: ([x = []]) => [...x, ...x, ...simd.mul],
  Step: ([x = []], { alpha }) => keepNaN(choose(vectorConstant(1), vectorConstant((alpha as number | undefined) ?? 0), positive(x)), x),
  Sub: binary(simd.sub),
};
