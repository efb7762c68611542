/** @internal */
import { type Operand, elementwise, simd, vectorConstant } from './elementwise.ts';
import { type Instruction, type Program, inputValues, sizeOf } from './program.ts';

const [VOID, I32, V128] = [0x40, 0x7f, 0x7b];
const code = {
  block: [0x02, VOID],
  loop: [0x03, VOID],
  end: [0x0b],
  branch: (depth: number) => [0x0c, depth],
  branchIf: (depth: number) => [0x0d, depth],
  get: (local: number) => [0x20, ...unsigned(local)],
  set: (local: number) => [0x21, ...unsigned(local)],
  constant: (value: number) => [0x41, ...signed(value)],
  add: [0x6a],
  sub: [0x6b],
  multiply: [0x6c],
  and: [0x71],
  shiftLeft: [0x74],
  lessUnsigned: [0x49],
  greaterOrEqualUnsigned: [0x4f],
  choose: [0x1b],
};

/** Parameters of every fused function before the pointers. */
const [TASK, , COUNT, PER_TASK] = [0, 1, 2, 3];
const POINTERS = 4;

/** A function of the emitted module: pointers follow in the order of `streams`, `scalars`, `outputs`. */
export interface FusedFunction {
  readonly count: number;
  /** Inputs with as many elements as the outputs. */
  readonly streams: readonly number[];
  /** Inputs with one element. */
  readonly scalars: readonly number[];
  readonly outputs: readonly number[];
  readonly body: readonly number[];
  readonly parameters: number;
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
  const declared = [2, ...unsigned(3), I32, ...unsigned(local.size), V128];
  return { count, streams, scalars, outputs, parameters, body: [...declared, ...body, ...code.end] };
}

/** A module of functions named by their number; the host adds the import of its memory. */
export function emitModule(functions: readonly FusedFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...unsigned(parameters), ...new Array<number>(parameters).fill(I32), 0]);
  const exports = functions.map((_, i) => {
    const name = [...new TextEncoder().encode(String(i))];
    return [name.length, ...name, 0, ...unsigned(i)];
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    ...section(7, exports),
    ...section(
      10,
      functions.map(({ body }) => [...unsigned(body.length), ...body]),
    ),
  ]);
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const body = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(body.length), ...body];
}

/** LEB128 of a number that is not negative. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** Signed LEB128. */
function signed(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  return (rest === 0 && low < 64) || (rest === -1 && low >= 64) ? [low] : [low | 128, ...signed(rest)];
}
