/** @internal */
import { exactNumbers } from './exact-numbers.ts';
import { type Instruction, type Program, mapInputs } from './program.ts';

/** Kernels that draw numbers on the host give another value each time they run. */
export const DRAWS = new Set(['Multinomial']);

/** Common subexpressions: an instruction that repeats an earlier one gives way to it. Kernels are pure. */
export function mergeEqual(program: Program): Program {
  const original = new Map<number, number>();
  const resolve = (value: number): number => original.get(value) ?? value;
  const seen = new Map<string, Instruction>();
  const instructions = program.instructions.flatMap((instruction) => {
    const resolved = mapInputs(instruction, resolve);
    if (DRAWS.has(instruction.kernelName)) return [resolved];
    const signature = JSON.stringify([resolved.kernelName, resolved.inputs, resolved.attrs], exactNumbers);
    const earlier = seen.get(signature);
    if (earlier === undefined) {
      seen.set(signature, resolved);
      return [resolved];
    }
    for (const [i, output] of resolved.outputs.entries()) original.set(output, earlier.outputs[i] as number);
    return [];
  });
  return {
    ...program,
    instructions,
    assignments: program.assignments.map(({ variable, value }) => ({ variable, value: resolve(value) })),
    results: program.results.map(resolve),
  };
}
