/** @internal */
import { elementwise } from './elementwise.ts';
import { type Instruction, type Program, inputValues, sizeOf } from './program.ts';

/** The name of an instruction that stands for several. */
export const FUSED = 'KumikoFused';

/** Inputs and outputs must fit a kernel's 48 arguments. */
const MAXIMUM_INPUTS = 20;
const MAXIMUM_MEMBERS = 24;

interface Group {
  members: number[];
  /** Values read from outside the group. */
  inputs: Set<number>;
}

/**
 * Joins elementwise instructions over the same number of elements that feed each other into one, which reads and writes memory once.
 * A group runs where its last member stood. It takes no further member once somebody outside has read from it.
 */
export function fuseElementwise(program: Program): Program {
  const { instructions } = program;
  const open = new Map<number, Group>();
  const groupOf = new Map<number, Group>();
  instructions.forEach((instruction, index) => {
    const read = inputValues(instruction);
    const feeding = new Set(read.flatMap((value) => open.get(value) ?? []));
    const size = fusibleSize(program, instruction);
    const joined = size === undefined ? [] : [...feeding].filter((group) => sizeOf(program, outputOf(instructions, group)) === size);
    const merged = merge([...joined, ...(size === undefined ? [] : [{ members: [index], inputs: new Set(read) }])], instructions);
    const fits = merged.members.length <= MAXIMUM_MEMBERS && merged.inputs.size <= MAXIMUM_INPUTS;
    for (const group of feeding) if (!fits || !joined.includes(group)) close(open, group, instructions);
    if (size === undefined) return;
    const group = fits ? merged : { members: [index], inputs: new Set(read) };
    for (const member of group.members) {
      groupOf.set(member, group);
      for (const output of (instructions[member] as Instruction).outputs) open.set(output, group);
    }
  });
  return { ...program, instructions: instructions.flatMap((instruction, index) => place(program, instruction, index, groupOf.get(index))) };
}

function outputOf(instructions: readonly Instruction[], { members }: Group): number {
  return (instructions[members[0] as number] as Instruction).outputs[0] as number;
}

function merge(groups: readonly Group[], instructions: readonly Instruction[]): Group {
  const members = groups.flatMap((group) => group.members).toSorted((a, b) => a - b);
  const made = new Set(members.flatMap((member) => (instructions[member] as Instruction).outputs));
  return { members, inputs: new Set(groups.flatMap(({ inputs }) => [...inputs]).filter((value) => !made.has(value))) };
}

function close(open: Map<number, Group>, { members }: Group, instructions: readonly Instruction[]): void {
  for (const member of members) for (const output of (instructions[member] as Instruction).outputs) open.delete(output);
}

/** How many elements an instruction works on, if it can be fused: every input has as many, or one. */
function fusibleSize(program: Program, instruction: Instruction): number | undefined {
  if (!Object.hasOwn(elementwise, instruction.kernelName) || instruction.outputs.length !== 1) return undefined;
  const size = sizeOf(program, instruction.outputs[0] as number);
  const all = [...inputValues(instruction), ...instruction.outputs];
  const fits = all.every((value) => program.values[value]?.dtype === 'float32' && [1, size].includes(sizeOf(program, value)));
  return fits && size > 1 ? size : undefined;
}

/** The instructions that stand at a place: a member gives way to its group, which stands where its last member stood. */
function place(program: Program, instruction: Instruction, index: number, group: Group | undefined): Instruction[] {
  if (group === undefined || group.members.length === 1) return [instruction];
  if (index !== group.members.at(-1)) return [];
  const inside = new Set(group.members);
  const members = group.members.map((member) => program.instructions[member] as Instruction);
  const wanted = new Set([...program.results, ...program.assignments.map(({ value }) => value)]);
  program.instructions.forEach((reader, at) => {
    if (!inside.has(at)) for (const value of inputValues(reader)) wanted.add(value);
  });
  const outputs = members.flatMap((member) => member.outputs).filter((value) => wanted.has(value));
  return [{ kernelName: FUSED, inputs: [...group.inputs], attrs: {}, outputs, line: instruction.line, members }];
}
