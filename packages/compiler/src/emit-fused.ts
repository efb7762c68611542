/** @internal */
import type { WasmType } from '@kumiko/backend';
import { type Operand, elementwise, simd, vectorConstant } from './elementwise.ts';
import { type Instruction, type Program, inputValues, sizeOf } from './program.ts';
import { type DefinedFunction, code } from './wasm-code.ts';

/** Parameters of every fused function before the pointers: `(task, tasks, count, perTask)`. */
const [TASK, , COUNT, PER_TASK] = [0, 1, 2, 3];
const POINTERS = 4;

/** A function of the emitted module: pointers follow in the order of `streams`, `scalars`, `outputs`. */
export interface FusedFunction extends DefinedFunction {
  readonly count: number;
  /** Inputs with as many elements as the outputs. */
  readonly streams: readonly number[];
  /** Inputs with one element. */
  readonly scalars: readonly number[];
  readonly outputs: readonly number[];
}

/** One fused instruction as a WASM function over parts of its elements: four at a time, the last ones one at a time. */
export function emitFused(program: Program, { inputs, outputs, members = [] }: Instruction): FusedFunction {
  const count = sizeOf(program, outputs[0] as number);
  const inlined = new Map(program.constants.map(({ value, data }) => [value, data] as const));
  const external = [...new Set(inputs as readonly number[])];
  const scalarInputs = external.filter((value) => sizeOf(program, value) === 1);
  const scalars = scalarInputs.filter((value) => !inlined.has(value));
  const streams = external.filter((value) => sizeOf(program, value) !== 1);
  const parameters = POINTERS + streams.length + scalars.length + outputs.length;
  const [position, vectorEnd, end] = [parameters, parameters + 1, parameters + 2];
  // A vector local for every stream, scalar and member.
  const local = new Map(
    [...streams, ...scalars, ...members.flatMap((member) => member.outputs)].map((value, i) => [value, parameters + 3 + i] as const),
  );
  const operand = (value: number): Operand => {
    const data = sizeOf(program, value) === 1 ? inlined.get(value) : undefined;
    return data === undefined ? code.get(local.get(value) as number) : vectorConstant(data[0] as number);
  };
  const pointer = (i: number): number[] => code.get(POINTERS + i);
  const address = (i: number): number[] => [...pointer(i), ...code.get(position), ...code.add];
  const step = (load: readonly number[], store: (i: number) => number[], bytes: number, limit: number): number[] => [
    ...code.block,
    ...code.loop,
    ...code.get(position),
    ...code.get(limit),
    ...code.greaterOrEqualUnsigned,
    ...code.branchIf(1),
    ...streams.flatMap((value, i) => [...address(i), ...load, 2, 0, ...code.set(local.get(value) as number)]),
    ...members.flatMap(({ kernelName, attrs, outputs: [made], ...member }) => [
      ...(elementwise[kernelName] as (typeof elementwise)[string])(
        inputValues({ kernelName, attrs, outputs: [], line: '', inputs: member.inputs }).map(operand),
        attrs,
      ),
      ...code.set(local.get(made as number) as number),
    ]),
    ...outputs.flatMap((value, i) => [
      ...address(streams.length + scalars.length + i),
      ...code.get(local.get(value) as number),
      ...store(i),
    ]),
    ...code.get(position),
    ...code.constant(bytes),
    ...code.add,
    ...code.set(position),
    ...code.branch(0),
    ...code.end,
    ...code.end,
  ];
  const body = [
    ...scalars.flatMap((value, i) => [...pointer(streams.length + i), ...simd.loadSplat, 2, 0, ...code.set(local.get(value) as number)]),
    // position = task * perTask; end = min(position + perTask, count); vectorEnd = position + (end - position) rounded down to fours; in bytes.
    ...code.get(TASK),
    ...code.get(PER_TASK),
    ...code.multiply,
    ...code.set(position),
    ...code.get(position),
    ...code.get(PER_TASK),
    ...code.add,
    ...code.get(COUNT),
    ...code.get(position),
    ...code.get(PER_TASK),
    ...code.add,
    ...code.get(COUNT),
    ...code.lessUnsigned,
    ...code.choose,
    ...code.set(end),
    ...code.get(position),
    ...code.get(end),
    ...code.get(position),
    ...code.sub,
    ...code.constant(-4),
    ...code.and,
    ...code.add,
    ...code.set(vectorEnd),
    ...[position, end, vectorEnd].flatMap((one) => [...code.get(one), ...code.constant(2), ...code.shiftLeft, ...code.set(one)]),
    ...step(simd.load, () => [...simd.store, 2, 0], 16, vectorEnd),
    ...step(simd.loadZero, () => [...simd.storeLane, 2, 0, 0], 4, end),
  ];
  return {
    ...{ count, streams, scalars, outputs, body },
    parameters: new Array<WasmType>(parameters).fill('i32'),
    locals: [
      [3, 'i32'],
      [local.size, 'v128'],
    ],
  };
}
