/** @internal */
import type { WasmHost, WasmType } from '@kumiko/backend';
import type { FusedFunction } from './emit-fused.ts';
import { STAGE, type WalkLayout, emitWalk } from './emit-walk.ts';
import { type Argument, type NativeCall, isAddress } from './native-call.ts';
import type { Stage, Unit } from './schedule.ts';
import { type DefinedFunction, type ImportedFunction, assembleModule, code } from './wasm-code.ts';

/** Where a buffer lies: at an address for good, or where a word of the pointer table says when the program runs. */
export type Place = { readonly address: number } | { readonly pointerAt: number };

/** The bytes of a module that exports `walk(thread, threads, maySleep, stallTimeout, firstStage, lastStage)`. */
export function emitProgram(
  stages: readonly Stage[],
  placeOf: (buffer: number) => Place,
  layout: WalkLayout,
  host: WasmHost,
): Uint8Array<ArrayBuffer> {
  const calls = stages.flatMap(({ units }) => units.flatMap((unit) => unit.calls));
  const imports = new Map<string, ImportedFunction>();
  const fused = new Map<FusedFunction, number>();
  for (const { target } of calls) {
    if (target.kind === 'entry') {
      const { module, entry } = target;
      imports.set(keyOf(target), { module: module.importName, name: entry, parameters: module.parameters(entry) });
    } else if (target.kind === 'fused') {
      fused.set(target.fused, fused.size);
      for (const name of target.fused.lanes)
        imports.set(name, { module: host.lanes.importName, name, parameters: ['v128'], results: ['v128'] });
    }
  }
  const importNumbers = new Map([...imports.keys()].map((key, i) => [key, i]));

  const emitCall = ({ target, tasks, args }: NativeCall, part: readonly number[]): number[] => {
    const pass = (argument: Argument, type: WasmType | undefined): number[] => emitArgument(argument, type, placeOf);
    if (target.kind === 'copy')
      return [...args.flatMap((argument) => pass(argument, 'i32')), ...code.constant(target.bytes), ...code.copyMemory];
    const types = target.kind === 'entry' ? imports.get(keyOf(target))?.parameters : undefined;
    const index = target.kind === 'entry' ? importNumbers.get(keyOf(target)) : imports.size + (fused.get(target.fused) as number);
    return [
      ...part,
      ...code.constant(tasks),
      ...args.flatMap((argument, i) => pass(argument, types?.[i + 2])),
      ...code.call(index as number),
    ];
  };
  const emitUnit = ({ calls: members, parts }: Unit, start: number): number[] => {
    if (parts === 1 && members.every(({ tasks }) => tasks === 1)) return members.flatMap((call) => emitCall(call, code.constant(0)));
    return members.flatMap((call) => emitCall(call, [...code.get(0), ...code.constant(start), ...code.sub]));
  };
  const emitStage = ({ units }: Stage): DefinedFunction => {
    let start = 0;
    const body = units.flatMap((unit) => {
      const first = start;
      start += unit.parts;
      return [
        ...[...code.get(0), ...code.constant(start), ...code.lessUnsigned],
        ...code.when,
        ...emitUnit(unit, first),
        ...code.leave,
        ...code.end,
      ];
    });
    return { ...STAGE, locals: [], body };
  };
  const before = imports.size + fused.size;
  return assembleModule({
    imports: [...imports.values()],
    functions: [
      ...[...fused.keys()].map(({ parameters, locals, body }) => ({
        parameters,
        locals,
        body: body((name) => code.call(importNumbers.get(name) as number)),
      })),
      ...stages.map(emitStage),
      emitWalk(layout, host.threads > 1),
    ],
    table: stages.map((_, i) => before + i),
    types: [STAGE],
  });
}

function keyOf({ module, entry }: Extract<NativeCall['target'], { kind: 'entry' }>): string {
  return `${module.importName} ${entry}`;
}

function emitArgument(argument: Argument, type: WasmType = 'i32', placeOf: (buffer: number) => Place): number[] {
  if (!isAddress(argument)) {
    if (type === 'f32') return code.f32Constant(argument);
    if (type === 'f64') return code.f64Constant(argument);
    return code.constant(argument);
  }
  const place = placeOf(argument.buffer);
  if ('address' in place) return code.constant(place.address + argument.offset);
  const pointer = [...code.constant(0), ...code.load(place.pointerAt)];
  return argument.offset === 0 ? pointer : [...pointer, ...code.constant(argument.offset), ...code.add];
}
