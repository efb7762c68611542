import { util } from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmHost, WasmModule } from '@kumiko/backend';
import { base64 } from '../generated/broadcast-simd.ts';
import { wasmHost } from '../host.ts';
import { type BroadcastAxis, broadcastAxes } from './broadcast-axes.ts';
import { broadcastShape } from './broadcast-shape.ts';
import { kernelModule } from './kernel-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import type { KernelCall } from './wasm-kernel.ts';
import { withScratch } from './with-scratch.ts';

/** The module of functions of several tensors. */
export const broadcastModule = kernelModule('kumiko-broadcast', base64);

/** Axes that the functions of binary.as.ts walk: rows, and three around them. */
const MOST_AXES = 4;

/** One that is not there. */
const NO_AXIS: BroadcastAxis = { length: 1, a: 0, b: 0 };

/** Elements that repay a piece of a row. */
const LEAST_PIECE = 2 ** 12;

/** Elements of a function of many instructions that repay a part, about 40 us. */
const LEAST_LONG = 2 ** 13;

/** Shorter rows of a repeated operand are repeated beforehand, to this many elements. */
const REPEATED = 256;

interface Operands {
  readonly a: number;
  readonly b: number;
  readonly y: number;
  /** Elements of the output. */
  readonly size: number;
}

/** A function of binary.as.ts, or one of many instructions of long-binary.as.ts. */
interface Entry {
  readonly name: string;
  readonly module: (host: WasmHost) => WasmModule;
  /** Elements that repay a part. */
  readonly least: number;
}

/** Operands of one shape: one row. */
function runPlain(host: WasmHost, { name, module, least }: Entry, a: number, b: number, y: number, size: number): void {
  const tasks = splitWork(64, size, least);
  const pieces = Math.max(1, Math.min(tasks, Math.floor(size / LEAST_PIECE)));
  module(host).parallel(name, pieces, [a, b, y, size, size, pieces, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
}

function runRows(host: WasmHost, { name, module, least }: Entry, { a, b, y, size }: Operands, axes: readonly BroadcastAxis[]): void {
  const row = axes[0]!;
  const first = axes[1] ?? NO_AXIS;
  const second = axes[2] ?? NO_AXIS;
  const third = axes[3] ?? NO_AXIS;
  const rows = first.length * second.length * third.length;
  const tasks = splitWork(64, size, least);
  const pieces = Math.max(1, Math.min(Math.ceil(tasks / rows), Math.floor(row.length / LEAST_PIECE)));
  module(host).parallel(name, Math.min(tasks, rows * pieces), [
    a,
    b,
    y,
    size,
    row.length,
    pieces,
    row.a,
    row.b,
    first.length,
    first.a,
    first.b,
    second.length,
    second.a,
    second.b,
    third.length,
    third.a,
    third.b,
  ]);
}

/** Short rows under a repeated one: that is repeated to a long one first. */
function runShortRows(host: WasmHost, entry: Entry, operands: Operands, length: number, repeated: 'a' | 'b', bytes: number): void {
  const times = Math.ceil(REPEATED / length);
  const long = length * times;
  withScratch(host, [bytes * long], (scratch) => {
    broadcastModule(host).parallel('repeatRow', 1, [operands[repeated], scratch, bytes * length, times]);
    runRows(host, entry, { ...operands, [repeated]: scratch }, [
      { length: long, a: 1, b: 1 },
      { length: Math.ceil(operands.size / long), a: long, b: long, [repeated]: 0 },
    ]);
  });
}

function run(host: WasmHost, entry: Entry, operands: Operands, axes: readonly BroadcastAxis[], bytes: number): void {
  const row = axes[0]!;
  const isShort = axes.length === 2 && row.length < 16 && row.a === row.b && operands.size >= 2 * REPEATED;
  if (isShort) runShortRows(host, entry, operands, row.length, axes[1]!.a === 0 ? 'a' : 'b', bytes);
  else runRows(host, entry, operands, axes);
}

/** An input of a kernel. Each reads it by its name, which is faster than by a variable. */
type Operand = (inputs: KernelCall['inputs']) => TensorInfo;

const inputA: Operand = ({ a }) => a!;
const inputB: Operand = ({ b }) => b!;

interface Row {
  /** The function for each dtype of the inputs. */
  readonly entries: Partial<Record<DataType, Entry>>;
  /** The dtype of the result, that of the inputs if left out. */
  readonly result?: DataType;
  /** The operands of the function, a and b if left out. */
  readonly operands?: readonly [Operand, Operand];
  /** Whether both inputs must have one shape. */
  readonly isPlain?: true;
}

const short = (name: string): Entry => ({ name, module: broadcastModule, least: LEAST_FLOATS });
const long = (name: string): Entry => ({ name, module: (host) => host.lanes, least: LEAST_LONG });

const comparison = (name: string, operands?: Row['operands']): Row => ({
  entries: { float32: short(name), int32: short(`integer${name[0]!.toUpperCase()}${name.slice(1)}`) },
  result: 'bool',
  ...(operands && { operands }),
});

/** By tfjs' name of the kernel. */
const rows: Readonly<Record<string, Row>> = {
  Add: { entries: { float32: short('add'), int32: short('integerAdd') } },
  Atan2: { entries: { float32: long('atan2') } },
  BitwiseAnd: { entries: { int32: short('integerAnd') } },
  EluGrad: { entries: { float32: short('eluGradient') }, operands: [({ dy }) => dy!, ({ y }) => y!], isPlain: true },
  Equal: comparison('equal'),
  FloorDiv: { entries: { float32: long('floorDivide'), int32: long('integerFloorDivide') }, result: 'int32' },
  Greater: comparison('less', [inputB, inputA]),
  GreaterEqual: comparison('lessEqual', [inputB, inputA]),
  Less: comparison('less'),
  LessEqual: comparison('lessEqual'),
  LogicalAnd: { entries: { bool: short('and') } },
  LogicalOr: { entries: { bool: short('or') } },
  LogicalXor: { entries: { bool: short('xor') } },
  Maximum: { entries: { float32: short('maximum'), int32: short('integerMaximum') } },
  Minimum: { entries: { float32: short('minimum'), int32: short('integerMinimum') } },
  Mod: { entries: { float32: long('modulo'), int32: long('integerModulo') } },
  Multiply: { entries: { float32: short('multiply'), int32: short('integerMultiply') } },
  NotEqual: comparison('notEqual'),
  Pow: { entries: { float32: long('power') } },
  Prelu: { entries: { float32: short('prelu') }, operands: [({ x }) => x!, ({ alpha }) => alpha!] },
  RealDiv: { entries: { float32: short('divide') } },
  SquaredDifference: { entries: { float32: short('squaredDifference') } },
  Sub: { entries: { float32: short('subtract'), int32: short('integerSubtract') } },
};

function binaryBody({ entries, result, isPlain, operands: [first, second] = [inputA, inputB] }: Row): VectorBody {
  const { float32, int32, bool } = entries;
  return ({ inputs, backend }) => {
    const a = first(inputs);
    const b = second(inputs);
    const { dtype } = a;
    const entry = dtype === 'float32' ? float32 : dtype === 'int32' ? int32 : dtype === 'bool' ? bool : undefined;
    if (entry === undefined || dtype !== b.dtype) return undefined;
    if (util.arraysEqual(a.shape, b.shape)) {
      const size = util.sizeFromShape(a.shape);
      if (size === 0) return undefined;
      const output = backend.makeOutput(a.shape, result ?? dtype);
      const host = wasmHost(backend);
      runPlain(host, entry, host.pointer(a.dataId), host.pointer(b.dataId), host.pointer(output.dataId), size);
      return output;
    }
    if (isPlain) return undefined;
    const shape = broadcastShape(a.shape, b.shape);
    const size = util.sizeFromShape(shape);
    const axes = broadcastAxes(a.shape, b.shape, shape);
    if (size === 0 || axes.length > MOST_AXES) return undefined;
    const output = backend.makeOutput(shape, result ?? dtype);
    const host = wasmHost(backend);
    const operands = { a: host.pointer(a.dataId), b: host.pointer(b.dataId), y: host.pointer(output.dataId), size };
    run(host, entry, operands, axes, dtype === 'bool' ? 1 : 4);
    return output;
  };
}

/**
 * Functions of two broadcast tensors, by tfjs' name of the kernel. Maxima and minima are NaN where either operand is, and 0 is above -0.
 *
 * Pow is within 0.51 and Atan2 within 2 units in the last place, both with JavaScript's special cases; the others are correctly rounded, of the
 * exact quotient where they round that down. Integers are multiplied modulo 2^32, where tfjs' cpu backend rounds large products to doubles first.
 */
export const binaryBodies: ReadonlyMap<string, VectorBody> = new Map(
  Object.entries(rows).map(([kernelName, row]) => [kernelName, binaryBody(row)]),
);
