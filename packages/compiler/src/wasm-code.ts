/** @internal A small assembler: the parts of the WASM binary format that compiled programs are made of. */
import type { WasmType } from '@kumiko/backend';

const VOID = 0x40;

/** LEB128 of a number that is not negative. */
export function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(Math.floor(value / 128))];
}

/** Signed LEB128 of a 32-bit integer. */
export function signed(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  return (rest === 0 && low < 64) || (rest === -1 && low >= 64) ? [low] : [low | 128, ...signed(rest)];
}

const name = (text: string): number[] => {
  const bytes = new TextEncoder().encode(text);
  return [...unsigned(bytes.length), ...bytes];
};

const atomic = (opcode: number): number[] => [0xfe, opcode, 2, 0];

/** Instructions, by what they do. Loads and stores are of aligned 32-bit words unless they say otherwise. */
export const code = {
  block: [0x02, VOID],
  loop: [0x03, VOID],
  when: [0x04, VOID],
  otherwise: [0x05],
  end: [0x0b],
  branch: (depth: number) => [0x0c, depth],
  branchIf: (depth: number) => [0x0d, depth],
  leave: [0x0f],
  call: (index: number) => [0x10, ...unsigned(index)],
  callIndirect: (type: number) => [0x11, ...unsigned(type), 0],
  drop: [0x1a],
  choose: [0x1b],
  get: (local: number) => [0x20, ...unsigned(local)],
  set: (local: number) => [0x21, ...unsigned(local)],
  tee: (local: number) => [0x22, ...unsigned(local)],
  load: (offset: number) => [0x28, 2, ...unsigned(offset)],
  loadFloat: (offset: number) => [0x2a, 2, ...unsigned(offset)],
  loadDouble: (offset: number) => [0x2b, 2, ...unsigned(offset)],
  constant: (value: number) => [0x41, ...signed(value | 0)],
  longConstant: (value: number) => [0x42, ...signed(value)],
  f32Constant: (value: number) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  f64Constant: (value: number) => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  isZero: [0x45],
  equal: [0x46],
  lessUnsigned: [0x49],
  greaterUnsigned: [0x4b],
  greaterOrEqualUnsigned: [0x4f],
  add: [0x6a],
  sub: [0x6b],
  multiply: [0x6c],
  divideUnsigned: [0x6e],
  remainderUnsigned: [0x70],
  and: [0x71],
  shiftLeft: [0x74],
  copyMemory: [0xfc, 10, 0, 0],
  notify: atomic(0x00),
  wait: atomic(0x01),
  atomicLoad: atomic(0x10),
  atomicStore: atomic(0x17),
  atomicAdd: atomic(0x1e),
} as const;

const types: Readonly<Record<WasmType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A function type. */
export interface FunctionType {
  readonly parameters: readonly WasmType[];
  readonly results?: readonly WasmType[];
}

/** A function of a module, by the module's import name. */
export interface ImportedFunction extends FunctionType {
  readonly module: string;
  readonly name: string;
}

/** A function with its code, less the final `end`. */
export interface DefinedFunction extends FunctionType {
  /** Local variables after the parameters, by type. */
  readonly locals: readonly (readonly [count: number, type: WasmType])[];
  readonly body: readonly number[];
  /** Exported under this name. */
  readonly name?: string;
}

/** What a module is made of. Functions are numbered: the imported ones first. */
export interface ModuleParts {
  readonly imports: readonly ImportedFunction[];
  readonly functions: readonly DefinedFunction[];
  /** Functions that `callIndirect` reaches, by their numbers. */
  readonly table: readonly number[];
  /** Types that `callIndirect` names, before all others. */
  readonly types: readonly FunctionType[];
}

/** The bytes of a module; the host adds the import of its memory. */
export function assembleModule({ imports, functions, table, types: named }: ModuleParts): Uint8Array<ArrayBuffer> {
  const typeNumbers = new Map<string, number>();
  const typeEntries: number[][] = [];
  const typeOf = ({ parameters, results = [] }: FunctionType): number => {
    const key = `${parameters.join()}:${results.join()}`;
    const known = typeNumbers.get(key);
    if (known !== undefined) return known;
    const list = (of: readonly WasmType[]): number[] => [...unsigned(of.length), ...of.map((type) => types[type])];
    typeEntries.push([0x60, ...list(parameters), ...list(results)]);
    typeNumbers.set(key, typeEntries.length - 1);
    return typeEntries.length - 1;
  };
  for (const type of named) typeOf(type);
  const importEntries = imports.map((one) => [...name(one.module), ...name(one.name), 0, ...unsigned(typeOf(one))]);
  const functionEntries = functions.map((one) => unsigned(typeOf(one)));
  const exported = functions.flatMap((one, i) => (one.name === undefined ? [] : [[...name(one.name), 0, ...unsigned(imports.length + i)]]));
  const bodies = functions.map(({ locals, body }) => {
    const declared = [...unsigned(locals.length), ...locals.flatMap(([count, type]) => [...unsigned(count), types[type]])];
    return [...unsigned(declared.length + body.length + 1), ...declared, ...body, ...code.end];
  });
  const elements = [[0, ...code.constant(0), ...code.end, ...unsigned(table.length), ...table.flatMap(unsigned)]];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, typeEntries),
    ...section(2, importEntries),
    ...section(3, functionEntries),
    ...section(4, [[0x70, 0, ...unsigned(table.length)]]),
    ...section(7, exported),
    ...section(9, elements),
    ...section(10, bodies),
  ]);
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const body = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(body.length), ...body];
}
