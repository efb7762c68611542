/** @internal */
import { type Program, inputValues } from './program.ts';

/** For every instruction, the values that nobody reads after it: they are freed there. */
export function planFrees(program: Program): number[][] {
  const kept = new Set([...program.results, ...program.assignments.map(({ value }) => value)]);
  const made = new Set(program.instructions.flatMap(({ outputs }) => outputs));
  const frees: number[][] = program.instructions.map(() => []);
  const seen = new Set<number>();
  for (let i = program.instructions.length - 1; i >= 0; i--) {
    const instruction = program.instructions[i] as Program['instructions'][number];
    for (const value of [...inputValues(instruction), ...instruction.outputs]) {
      if (seen.has(value) || kept.has(value) || !made.has(value)) continue;
      seen.add(value);
      frees[i]?.push(value);
    }
  }
  return frees;
}
