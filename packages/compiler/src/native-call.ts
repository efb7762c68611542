/** @internal What a compiled program does without JavaScript. */
import type { WasmModule } from '@kumiko/backend';
import type { FusedFunction } from './emit-fused.ts';

/** A piece of memory that values live in: a value and its reshapes share one. */
export interface Buffer {
  /**
   * `argument` and `capture` lie where the caller's tensors lie, `constant` where the program put them, `inner` in the arena, or, if they
   * leave the program, in a tensor.
   */
  readonly kind: 'argument' | 'capture' | 'constant' | 'inner';
  /** Which argument, capture or constant. */
  readonly index: number;
  readonly bytes: number;
}

/** A place in a buffer, in bytes. */
export interface Address {
  readonly buffer: number;
  readonly offset: number;
}

/** A number, or a pointer. */
export type Argument = number | Address;

/** What a call runs: an entry of a module on the heap, a function of the program's own module, or a copy of memory. */
export type Target =
  | { readonly kind: 'entry'; readonly module: WasmModule; readonly entry: string }
  | { readonly kind: 'fused'; readonly fused: FusedFunction }
  | { readonly kind: 'copy'; readonly bytes: number };

/** `tasks` parts of a function, which may run in any order and at the same time. */
export interface NativeCall {
  readonly target: Target;
  readonly tasks: number;
  /** Those after `task` and `tasks`; `[to, from]` of a copy. */
  readonly args: readonly Argument[];
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Buffers of which each element is read before the element at its place is written, and never after. */
  readonly aligned: readonly number[];
}

export const isAddress = (argument: Argument): argument is Address => typeof argument === 'object';
