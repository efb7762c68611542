/** @internal */
import { type Program, inputValues } from './program.ts';

/** Leaves out instructions and constants that no result and no assignment needs. */
export function dropUnused(program: Program): Program {
  const needed = new Set([...program.results, ...program.assignments.map(({ value }) => value)]);
  const kept = program.instructions.toReversed().filter((instruction) => {
    if (!instruction.outputs.some((output) => needed.has(output))) return false;
    for (const value of inputValues(instruction)) needed.add(value);
    return true;
  });
  return {
    ...program,
    instructions: kept.toReversed(),
    constants: program.constants.filter(({ value }) => needed.has(value)),
    captures: program.captures.filter(({ value }) => needed.has(value)),
  };
}
