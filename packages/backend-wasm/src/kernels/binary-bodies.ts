import { util } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import type { WasmHost, WasmModule } from '@kumiko/backend';
import { base64 } from '../generated/broadcast-simd.ts';
import { wasmHost } from '../host.ts';
import { type BroadcastAxis, broadcastAxes } from './broadcast-axes.ts';
import { broadcastShape } from './broadcast-shape.ts';
import { kernelModule } from './kernel-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
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
  readonly module: WasmModule;
  /** Elements that repay a part. */
  readonly least: number;
}

function runRows({ name, module, least }: Entry, { a, b, y, size }: Operands, axes: readonly BroadcastAxis[]): void {
  const row = axes[0]!;
  const first = axes[1] ?? NO_AXIS;
  const second = axes[2] ?? NO_AXIS;
  const third = axes[3] ?? NO_AXIS;
  const rows = first.length * second.length * third.length;
  const tasks = splitWork(64, size, least);
  const pieces = Math.max(1, Math.min(Math.ceil(tasks / rows), Math.floor(row.length / LEAST_PIECE)));
  module.parallel(name, Math.min(tasks, rows * pieces), [
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
    runRows(entry, { ...operands, [repeated]: scratch }, [
      { length: long, a: 1, b: 1 },
      { length: Math.ceil(operands.size / long), a: long, b: long, [repeated]: 0 },
    ]);
  });
}

function run(host: WasmHost, entry: Entry, operands: Operands, axes: readonly BroadcastAxis[], bytes: number): void {
  const row = axes[0]!;
  const isShort = axes.length === 2 && row.length < 16 && row.a === row.b && operands.size >= 2 * REPEATED;
  if (isShort) runShortRows(host, entry, operands, row.length, axes[1]!.a === 0 ? 'a' : 'b', bytes);
  else runRows(entry, operands, axes);
}

interface Row {
  /** The function for each dtype of the inputs. */
  readonly entries: Partial<Record<DataType, string>>;
  /** The dtype of the result, that of the inputs if left out. */
  readonly result?: DataType;
  /** Whether the function is called with b and a. */
  readonly isSwapped?: true;
  /** The inputs' names, a and b if left out. */
  readonly names?: readonly [string, string];
  /** Whether both inputs must have one shape. */
  readonly isPlain?: true;
  /** Whether the function is one of long-binary.as.ts. */
  readonly isLong?: true;
}

const comparison = (name: string, isSwapped?: true): Row => ({
  entries: { float32: name, int32: `integer${name[0]!.toUpperCase()}${name.slice(1)}` },
  result: 'bool',
  ...(isSwapped && { isSwapped }),
});

/** By tfjs' name of the kernel. */
const rows: Readonly<Record<string, Row>> = {
  Add: { entries: { float32: 'add', int32: 'integerAdd' } },
  Atan2: { entries: { float32: 'atan2' }, isLong: true },
  BitwiseAnd: { entries: { int32: 'integerAnd' } },
  EluGrad: { entries: { float32: 'eluGradient' }, names: ['dy', 'y'], isPlain: true },
  Equal: comparison('equal'),
  FloorDiv: { entries: { float32: 'floorDivide', int32: 'integerFloorDivide' }, result: 'int32', isLong: true },
  Greater: comparison('less', true),
  GreaterEqual: comparison('lessEqual', true),
  Less: comparison('less'),
  LessEqual: comparison('lessEqual'),
  LogicalAnd: { entries: { bool: 'and' } },
  LogicalOr: { entries: { bool: 'or' } },
  LogicalXor: { entries: { bool: 'xor' } },
  Maximum: { entries: { float32: 'maximum', int32: 'integerMaximum' } },
  Minimum: { entries: { float32: 'minimum', int32: 'integerMinimum' } },
  Mod: { entries: { float32: 'modulo', int32: 'integerModulo' }, isLong: true },
  Multiply: { entries: { float32: 'multiply', int32: 'integerMultiply' } },
  NotEqual: comparison('notEqual'),
  Pow: { entries: { float32: 'power' }, isLong: true },
  Prelu: { entries: { float32: 'prelu' }, names: ['x', 'alpha'] },
  RealDiv: { entries: { float32: 'divide' } },
  SquaredDifference: { entries: { float32: 'squaredDifference' } },
  Sub: { entries: { float32: 'subtract', int32: 'integerSubtract' } },
};

function binaryBody({ entries, result, isSwapped, isPlain, isLong, names: [first, second] = ['a', 'b'] }: Row): VectorBody {
  return ({ inputs, backend }) => {
    const a = inputs[isSwapped ? second : first]!;
    const b = inputs[isSwapped ? first : second]!;
    const name = entries[a.dtype];
    if (name === undefined || a.dtype !== b.dtype) return undefined;
    const isOneShape = util.arraysEqual(a.shape, b.shape);
    if (isPlain && !isOneShape) return undefined;
    const shape = isOneShape ? a.shape : broadcastShape(a.shape, b.shape);
    const size = util.sizeFromShape(shape);
    const axes = isOneShape ? [{ length: size, a: 1, b: 1 }] : broadcastAxes(a.shape, b.shape, shape);
    if (size === 0 || axes.length > MOST_AXES) return undefined;
    const output = backend.makeOutput(shape, result ?? a.dtype);
    const host = wasmHost(backend);
    const operands = { a: host.pointer(a.dataId), b: host.pointer(b.dataId), y: host.pointer(output.dataId), size };
    const entry = { name, module: isLong ? host.lanes : broadcastModule(host), least: isLong ? LEAST_LONG : LEAST_FLOATS };
    run(host, entry, operands, axes, a.dtype === 'bool' ? 1 : 4);
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
