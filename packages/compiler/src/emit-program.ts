/** @internal */
import type { WasmHost } from '@kumiko/backend';
import { wordsOf } from './encode-stages.ts';
import { ROUTINE, type WalkLayout, emitWalk } from './emit-walk.ts';
import type { Routine } from './routines.ts';
import { type DefinedFunction, type ImportedFunction, assembleModule, code } from './wasm-code.ts';

const [PART, PLACE] = [0, 1];
const BYTES = 4;

/**
 * The bytes of a module that exports `walk(thread, threads, maySleep, stallTimeout, firstStage, lastStage)`. It holds one function for every
 * routine, however often that is called: the calls themselves are numbers in memory.
 */
export function emitProgram(routines: readonly Routine[], layout: WalkLayout, host: WasmHost): Uint8Array<ArrayBuffer> {
  const imports: ImportedFunction[] = [];
  const lanes = new Map<string, number>();
  for (const { target } of routines)
    for (const name of target.kind === 'fused' ? target.fused.lanes : [])
      if (!lanes.has(name))
        lanes.set(name, imports.push({ module: host.lanes.importName, name, parameters: ['v128'], results: ['v128'] }) - 1);
  const entries = new Map<Routine, number>();
  for (const routine of routines) {
    if (routine.target.kind !== 'entry') continue;
    const { module, entry } = routine.target;
    entries.set(routine, imports.push({ module: module.importName, name: entry, parameters: ['i32', ...routine.operands] }) - 1);
  }
  const fused = routines.filter(({ target }) => target.kind === 'fused');
  const bodies = new Map(fused.map((routine, i) => [routine, imports.length + i]));
  const sweeps = fused.map(({ target, operands }): DefinedFunction => {
    const { locals, body } = (target as Extract<Routine['target'], { kind: 'fused' }>).fused;
    return { parameters: ['i32', ...operands], locals, body: body((name) => code.call(lanes.get(name) as number)) };
  });
  const callers = routines.map((routine) => emitCaller(routine, entries.get(routine) ?? bodies.get(routine)));
  const first = imports.length + sweeps.length;
  return assembleModule({
    imports,
    functions: [...sweeps, ...callers, emitWalk(layout, host.threads > 1)],
    table: callers.map((_, i) => first + i),
    types: [ROUTINE],
  });
}

/** Calls a function, or copies memory, with operands from memory, and says where they end. */
function emitCaller({ target, operands }: Routine, callee: number | undefined): DefinedFunction {
  let at = 0;
  const loads = operands.flatMap((type) => {
    const load = { i32: code.load, f32: code.loadFloat, f64: code.loadDouble }[type as 'i32' | 'f32' | 'f64'];
    const loaded = [...code.get(PLACE), ...load(BYTES * at)];
    at += wordsOf(type);
    return loaded;
  });
  const done = target.kind === 'copy' ? code.copyMemory : code.call(callee as number);
  const part = target.kind === 'copy' ? [] : code.get(PART);
  return { ...ROUTINE, locals: [], body: [...part, ...loads, ...done, ...code.get(PLACE), ...code.constant(BYTES * at), ...code.add] };
}
