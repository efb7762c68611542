/** @internal */
import { type Program, mapInputs } from './program.ts';

/** Makes every reader of a copy read the original: a program never writes to a value, so copies are aliases. */
export function dropIdentities(program: Program): Program {
  const original = new Map<number, number>();
  const resolve = (value: number): number => original.get(value) ?? value;
  const instructions = program.instructions.flatMap((instruction) => {
    const resolved = mapInputs(instruction, resolve);
    if (instruction.kernelName !== 'Identity') return [resolved];
    original.set(instruction.outputs[0] as number, Object.values(resolved.inputs)[0] as number);
    return [];
  });
  return {
    ...program,
    instructions,
    assignments: program.assignments.map(({ variable, value }) => ({ variable, value: resolve(value) })),
    results: program.results.map(resolve),
  };
}
