/** @internal */
import { countFlops } from './count-flops.ts';
import { formatExplanation } from './format-explanation.ts';
import { bytesOf, isView } from './live-values.ts';
import { type Instruction, type Program, type ValueInfo, inputValues } from './program.ts';
import type { NativeReport } from './wasm-program.ts';

/** What the calls of one kernel cost in one run. */
export interface KernelCost {
  readonly kernel: string;
  readonly calls: number;
  /** Floating-point operations: those of products, windows and reductions, one for each element of elementwise kernels, none of movements. */
  readonly flops: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** What a compiled function became. `String(explanation)` is a report for people. */
export interface Explanation {
  /** Kernels that were recorded, and that are left after the passes. */
  readonly recorded: number;
  readonly kernels: number;
  /** How often each kernel runs. */
  readonly byKernel: Readonly<Record<string, number>>;
  /** What each kernel costs, the most operations first. */
  readonly costs: readonly KernelCost[];
  /** Values the host wrote, tensors from outside, variables that are assigned. */
  readonly constants: number;
  readonly captures: number;
  readonly assignments: number;
  /** Floating-point operations of one run, and the bytes that its kernels read and write. */
  readonly flops: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** How the program runs on the threads; nothing on backends where JavaScript calls every kernel. */
  readonly native: NativeReport | undefined;
  toString(): string;
}

/** Counts what a program holds and does. */
export function explain(recorded: Program, optimised: Program, native: NativeReport | undefined): Explanation {
  const costs = costsOf(optimised);
  const sum = (of: (cost: KernelCost) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
  return {
    recorded: recorded.instructions.length,
    kernels: optimised.instructions.length,
    byKernel: Object.fromEntries(costs.map(({ kernel, calls }) => [kernel, calls])),
    costs,
    constants: optimised.constants.length,
    captures: optimised.captures.length,
    assignments: optimised.assignments.length,
    flops: sum(({ flops }) => flops),
    bytesRead: sum(({ bytesRead }) => bytesRead),
    bytesWritten: sum(({ bytesWritten }) => bytesWritten),
    native,
    toString() {
      return formatExplanation(this);
    },
  };
}

function costsOf(program: Program): KernelCost[] {
  const costs = new Map<string, KernelCost>();
  for (const instruction of program.instructions) {
    const { kernelName: kernel } = instruction;
    const before = costs.get(kernel) ?? { kernel, calls: 0, flops: 0, bytesRead: 0, bytesWritten: 0 };
    const moved = movedBytes(program, instruction);
    costs.set(kernel, {
      kernel,
      calls: before.calls + 1,
      flops: before.flops + countFlops(program, instruction),
      bytesRead: before.bytesRead + moved.read,
      bytesWritten: before.bytesWritten + moved.written,
    });
  }
  return [...costs.values()].toSorted((a, b) => b.flops - a.flops || b.bytesWritten - a.bytesWritten);
}

/** A reshape moves nothing; every other kernel reads what it is given and writes what it makes once. */
function movedBytes(program: Program, instruction: Instruction): { readonly read: number; readonly written: number } {
  if (isView(instruction)) return { read: 0, written: 0 };
  const bytes = (values: readonly number[]): number => values.reduce((sum, value) => sum + bytesOf(program.values[value] as ValueInfo), 0);
  return { read: bytes(inputValues(instruction)), written: bytes(instruction.outputs) };
}
