/** @internal */
import type { WasmType } from '@kumiko/backend';
import type { FusedFunction } from './emit-fused.ts';
import { type NativeCall, type Target, isAddress } from './native-call.ts';

/** What the calls of one target have in common. What tells them from each other lies in memory: one code serves them all. */
export interface Routine {
  readonly target: Target;
  /** Types of what a call passes after the number of its part, in the order in which it lies in memory. */
  readonly operands: readonly WasmType[];
}

/** The routines of some calls, numbered. */
export interface Routines {
  readonly all: readonly Routine[];
  numberOf(call: NativeCall): number;
}

/** One routine for every entry, every fused function, and one for copies. */
export function collectRoutines(calls: readonly NativeCall[]): Routines {
  const all: Routine[] = [];
  const numbers = new Map<string | FusedFunction, number>();
  for (const { target } of calls) {
    const key = keyOf(target);
    if (!numbers.has(key)) numbers.set(key, all.push({ target, operands: operandsOf(target) }) - 1);
  }
  return { all, numberOf: ({ target }) => numbers.get(keyOf(target)) as number };
}

/** What a call passes after the number of its part. */
export function operandValues({ target, tasks, args }: NativeCall): NativeCall['args'] {
  return target.kind === 'copy' ? [...args, target.bytes] : [tasks, ...args];
}

/** What a call is, but for where its data lie: calls of one form do the same work on other data. */
export function formOf(call: NativeCall, { numberOf }: Routines): string {
  const numbers = operandValues(call).map((operand) => (isAddress(operand) ? '@' : operand));
  return `${numberOf(call)} ${numbers.join(' ')}`;
}

function keyOf(target: Target): string | FusedFunction {
  if (target.kind === 'fused') return target.fused;
  return target.kind === 'copy' ? 'copy' : `${target.module.importName} ${target.entry}`;
}

function operandsOf(target: Target): readonly WasmType[] {
  if (target.kind === 'copy') return ['i32', 'i32', 'i32'];
  return (target.kind === 'fused' ? target.fused.parameters : target.module.parameters(target.entry)).slice(1);
}
