/** @internal */
import { type Instruction, type Program, mapInputs } from './program.ts';

/**
 * Lets the gradient of relu read relu's result instead of its input: both are above 0 at the same places, and then nobody may need the input
 * any more.
 */
export function readActivations(program: Program): Program {
  const activated = new Map<number, number>();
  const instructions = program.instructions.map((instruction): Instruction => {
    const { kernelName, inputs, outputs } = instruction;
    if (kernelName === 'Relu') activated.set((inputs as Record<string, number>)['x'] as number, outputs[0] as number);
    return kernelName === 'Step' ? mapInputs(instruction, (value) => activated.get(value) ?? value) : instruction;
  });
  return { ...program, instructions };
}
