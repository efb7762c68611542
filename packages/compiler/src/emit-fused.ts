/** @internal */
import type { DataType } from '@tensorflow/tfjs-core';
import type { WasmType } from '@kumiko/backend';
import { type CallLanes, type Operand, emitterOf, integerConstant, simd, vectorConstant } from './elementwise.ts';
import type { Access } from './program.ts';
import type { Sweep } from './sweep.ts';
import { type FunctionType, code } from './wasm-code.ts';

/** Elements of one part: some 10 to 50 microseconds of work. Parts do not depend on the number of threads. */
const PART = 16_384;

/** A function of the emitted module. */
export interface FusedFunction extends FunctionType {
  readonly tasks: number;
  /** Elements of each output. */
  readonly count: number;
  /** What the pointers after `task` and `tasks` point to: inputs, then outputs; values by their numbers in the sweep. */
  readonly inputs: readonly Access[];
  readonly outputs: readonly number[];
  readonly locals: readonly (readonly [count: number, type: WasmType])[];
  /** Kernels that it calls four lanes at a time. */
  readonly lanes: readonly string[];
  body(call: CallLanes): number[];
}

const TASK = 0;
const POINTERS = 2;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Over how many neighbouring elements of the output each broadcast access is either constant or a run of neighbours; 0 for any number. */
export function runLength(accesses: readonly Access[], count: number): number {
  const spread = accesses.filter(({ size }) => size !== 1 && size !== count);
  return spread.reduce((length, { repeat, size }) => gcd(length, repeat === 1 ? size : repeat), 0);
}

/**
 * A sweep as a WASM function over parts of its elements. The elements are cut into rows in which every broadcast input is
 * either one value or a run; a row is done four elements at a time, its last ones one at a time.
 */
export function emitFused({ count, values, members, outputs }: Sweep): FusedFunction {
  const typeOf = (value: number): DataType => (values[value] as Sweep['values'][number]).dtype;
  const constantOf = (value: number): number | undefined => values[value]?.constant;
  const made = new Set(members.map(({ output }) => output));
  const external = new Map<string, Access>();
  for (const access of members.flatMap(({ operands }) => operands))
    if (!made.has(access.value) && constantOf(access.value) === undefined) external.set(keyOf(access), access);
  const inputs = [...external.values()];
  const length = Math.min(count, runLength(inputs, count) || PART);
  const rows = Math.ceil(count / length);
  const rowsPerTask = Math.max(1, Math.floor(PART / length));
  const isScalar = ({ size }: Access): boolean => size === 1;
  const isSplat = ({ repeat, size }: Access): boolean => size !== 1 && size !== count && repeat > 1;
  const isRun = (access: Access): boolean => !isScalar(access) && !isSplat(access);

  // Integers, then a vector for every input and member.
  const first = POINTERS + inputs.length + outputs.length;
  const at = {
    row: first,
    rowEnd: first + 1,
    start: first + 2,
    end: first + 3,
    vectorEnd: first + 4,
    position: first + 5,
    words: first + 6,
  };
  const rowPointer = (i: number): number => first + 7 + i;
  const vectors = first + 7 + inputs.length;
  const inputLocals = new Map(inputs.map((access, i) => [keyOf(access), vectors + i]));
  const memberLocals = new Map(members.map(({ output }, i) => [output, vectors + inputs.length + i]));
  const operand = (access: Access): Operand => {
    const constant = constantOf(access.value);
    if (constant !== undefined) return typeOf(access.value) === 'float32' ? vectorConstant(constant) : integerConstant(constant);
    return code.get((memberLocals.get(access.value) ?? inputLocals.get(keyOf(access))) as number);
  };
  const kernels = new Set<string>();
  const emitMembers = (call: CallLanes): number[] =>
    members.flatMap(({ kernelName, attrs, operands, output }) => {
      const types = operands.map(({ value }) => typeOf(value));
      const emit = emitterOf(kernelName, types, typeOf(output), attrs);
      return [...(emit?.(operands.map(operand), attrs, call) ?? []), ...code.set(memberLocals.get(output) as number)];
    });
  emitMembers((name) => {
    kernels.add(name);
    return [];
  });

  const isByte = (value: number): boolean => typeOf(value) === 'bool';
  const splat = (access: Access, i: number, index: readonly number[]): number[] => [
    ...[...code.get(POINTERS + i), ...index, ...(isByte(access.value) ? [] : [...code.constant(2), ...code.shiftLeft]), ...code.add],
    ...(isByte(access.value) ? [...simd.loadByteSplat, 0, 0, ...widen] : [...simd.loadSplat, 2, 0]),
    ...code.set(inputLocals.get(keyOf(access)) as number),
  ];
  /** The index of the first element of the row in an input. */
  const rowIndex = ({ repeat, size }: Access): number[] => {
    if (size === count) return code.get(at.start);
    if (repeat === length && repeat * size === count) return code.get(at.row);
    const steps = repeat === 1 ? code.get(at.start) : [...code.get(at.start), ...code.constant(repeat), ...code.divideUnsigned];
    return repeat * size === count ? steps : [...steps, ...code.constant(size), ...code.remainderUnsigned];
  };
  const address = (pointer: number, value: number): number[] => [
    ...[...code.get(pointer), ...code.get(isByte(value) ? at.position : at.words), ...code.add],
  ];
  const sweep = (call: CallLanes, wide: boolean, limit: number): number[] => [
    ...code.block,
    ...code.loop,
    ...[...code.get(at.position), ...code.get(limit), ...code.greaterOrEqualUnsigned, ...code.branchIf(1)],
    ...[...code.get(at.position), ...code.constant(2), ...code.shiftLeft, ...code.set(at.words)],
    ...inputs.flatMap((access, i) => {
      if (!isRun(access)) return [];
      const load = isByte(access.value)
        ? [...(wide ? simd.loadZero : simd.loadByteSplat), 0, 0, ...widen]
        : [...(wide ? simd.load : simd.loadZero), 2, 0];
      return [...address(rowPointer(i), access.value), ...load, ...code.set(inputLocals.get(keyOf(access)) as number)];
    }),
    ...emitMembers(call),
    ...outputs.flatMap((value, i) => {
      const local = code.get(memberLocals.get(value) as number);
      const to = address(POINTERS + inputs.length + i, value);
      if (isByte(value)) {
        // The upper lanes do not matter.
        const bytes = [...local, ...local, ...simd.shortsFromWords, ...local, ...simd.bytesFromShorts];
        return [...to, ...bytes, ...(wide ? simd.storeLane : simd.storeByteLane), 0, 0, 0];
      }
      return [...to, ...local, ...(wide ? [...simd.store, 2, 0] : [...simd.storeLane, 2, 0, 0])];
    }),
    ...[...code.get(at.position), ...code.constant(wide ? 4 : 1), ...code.add, ...code.set(at.position)],
    ...code.branch(0),
    ...code.end,
    ...code.end,
  ];
  const least = (a: readonly number[], b: readonly number[]): number[] => [...a, ...b, ...a, ...b, ...code.lessUnsigned, ...code.choose];
  const body = (call: CallLanes): number[] => [
    ...inputs.flatMap((access, i) => (isScalar(access) ? splat(access, i, code.constant(0)) : [])),
    ...[...code.get(TASK), ...code.constant(rowsPerTask), ...code.multiply, ...code.set(at.row)],
    ...[...least([...code.get(at.row), ...code.constant(rowsPerTask), ...code.add], code.constant(rows)), ...code.set(at.rowEnd)],
    ...code.block,
    ...code.loop,
    ...[...code.get(at.row), ...code.get(at.rowEnd), ...code.greaterOrEqualUnsigned, ...code.branchIf(1)],
    ...[...code.get(at.row), ...code.constant(length), ...code.multiply, ...code.set(at.start)],
    ...[...least([...code.get(at.start), ...code.constant(length), ...code.add], code.constant(count)), ...code.set(at.end)],
    ...inputs.flatMap((access, i) => {
      if (isSplat(access)) return splat(access, i, rowIndex(access));
      if (!isRun(access)) return [];
      const shift = [...rowIndex(access), ...code.get(at.start), ...code.sub];
      return [
        ...[...code.get(POINTERS + i), ...shift, ...(isByte(access.value) ? [] : [...code.constant(2), ...code.shiftLeft]), ...code.add],
        ...code.set(rowPointer(i)),
      ];
    }),
    ...[...code.get(at.start), ...code.tee(at.position), ...code.get(at.end), ...code.get(at.start), ...code.sub],
    ...[...code.constant(-4), ...code.and, ...code.add, ...code.set(at.vectorEnd)],
    ...sweep(call, true, at.vectorEnd),
    ...sweep(call, false, at.end),
    ...[...code.get(at.row), ...code.constant(1), ...code.add, ...code.set(at.row)],
    ...code.branch(0),
    ...code.end,
    ...code.end,
  ];
  return {
    tasks: Math.ceil(rows / rowsPerTask),
    count,
    inputs,
    outputs,
    parameters: new Array<WasmType>(first).fill('i32'),
    locals: [
      [7 + inputs.length, 'i32'],
      [inputs.length + members.length, 'v128'],
    ],
    lanes: [...kernels],
    body,
  };
}

/** Four bytes in the low lane to four words. */
const widen = [...simd.shortsOfBytes, ...simd.wordsOfShorts];

function keyOf({ value, repeat, size }: Access): string {
  return `${value} ${repeat} ${size}`;
}
