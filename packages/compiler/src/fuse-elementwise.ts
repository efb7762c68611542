/** @internal */
import type { DataType } from '@tensorflow/tfjs-core';
import { broadcastAccess } from './broadcast-access.ts';
import { dropUnused } from './drop-unused.ts';
import { emitterOf } from './elementwise.ts';
import { runLength } from './emit-fused.ts';
import { type Access, type FusedMember, type Instruction, type Program, type ValueInfo, inputValues, sizeOf } from './program.ts';

/** The name of an instruction that stands for several. */
export const FUSED = 'KumikoFused';

/** More than that would not find room in the registers, nor in the function that calls it. */
const MAXIMUM_INPUTS = 32;
const MAXIMUM_MEMBERS = 64;

/** Kernels whose output is their input under another shape. */
export const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'ExpandDims']);

/** Rows shorter than this cost more than their elements; a few of them do not matter. */
const SHORT_ROW = 4;
const FEW_ELEMENTS = 4096;

interface Group {
  members: number[];
  /** Values read from outside the group. */
  inputs: Set<number>;
  /** Elements of each member. */
  size: number;
}

/**
 * Joins elementwise instructions over the same number of elements that feed each other into one, which reads and writes memory once.
 * Reshapes do not stand in the way; inputs may be broadcast. A group runs where its last member stood. It takes no further member once
 * somebody outside has read from it. A sum does not wait for a term that is made later: in a loop its terms would pile up.
 */
export function fuseElementwise(program: Program): Program {
  const roots = new Map<number, number>();
  const root = (value: number): number => roots.get(value) ?? value;
  const views = new Map<number, Instruction[]>();
  const instructions = program.instructions.filter((instruction) => {
    if (!VIEWS.has(instruction.kernelName)) return true;
    const of = root(inputValues(instruction)[0] as number);
    roots.set(instruction.outputs[0] as number, of);
    views.set(of, [...(views.get(of) ?? []), instruction]);
    return false;
  });
  const reads = instructions.map((instruction) => inputValues(instruction).map(root));
  const members = instructions.map((instruction) => toMember(program, instruction, root));
  const groupOf = groupMembers(program, instructions, reads, members);

  const wanted = new Set([...program.results, ...program.assignments.map(({ value }) => value)].map(root));
  const readers = new Map<number, Set<Group | undefined>>();
  for (const [index, values] of reads.entries())
    for (const value of values) readers.set(value, (readers.get(value) ?? new Set()).add(groupOf.get(index)));
  const leavesGroup = (value: number, group: Group): boolean =>
    wanted.has(value) || [...(readers.get(value) ?? [])].some((reader) => reader !== group);

  const made = new Set(instructions.flatMap(({ outputs }) => outputs));
  const viewsOf = (values: readonly number[]): Instruction[] => values.flatMap((value) => views.get(value) ?? []);
  const placed = instructions.flatMap((instruction, index) => {
    const group = groupOf.get(index);
    if (group === undefined) return [instruction, ...viewsOf(instruction.outputs)];
    if (index !== group.members.at(-1)) return [];
    const joined = group.members.map((member) => members[member] as FusedMember);
    const outputs = joined.map(({ output }) => output).filter((value) => leavesGroup(value, group));
    const fused = { kernelName: FUSED, inputs: [...group.inputs], attrs: {}, outputs, line: instruction.line, members: joined };
    return [fused, ...viewsOf(outputs)];
  });
  const given = [...views.keys()].filter((value) => !made.has(value));
  return dropUnused({ ...program, instructions: [...viewsOf(given), ...placed] });
}

function groupMembers(
  program: Program,
  instructions: readonly Instruction[],
  reads: readonly (readonly number[])[],
  members: readonly (FusedMember | undefined)[],
): Map<number, Group> {
  const madeAt = new Map(instructions.flatMap(({ outputs }, index) => outputs.map((value) => [value, index] as const)));
  const open = new Map<number, Group>();
  const groupOf = new Map<number, Group>();
  const isSum = ({ members: own }: Group): boolean => own.some((index) => members[index]?.kernelName === 'Add');
  /** Where a value was made that no open group makes. */
  const madeOutside = (value: number): number => (open.has(value) ? -1 : (madeAt.get(value) ?? -1));
  const close = (group: Group): void => {
    for (const member of group.members) open.delete((members[member] as FusedMember).output);
  };
  for (const index of instructions.keys()) {
    const inputs = new Set(reads[index]);
    const feeding = new Set([...inputs].flatMap((value) => open.get(value) ?? []));
    const member = members[index];
    const size = member === undefined ? 0 : sizeOf(program, member.output);
    const newest = Math.max(...[...inputs, ...[...feeding].flatMap((group) => [...group.inputs])].map(madeOutside));
    // A group is joined only if all that is read of it is read element by element.
    const joined = [...feeding].filter(
      (group) =>
        group.size === size &&
        member?.operands.every((access) => open.get(access.value) !== group || access.size === size) &&
        !(member.kernelName === 'Add' && isSum(group) && newest > (group.members.at(-1) as number)),
    );
    const all = [...joined, { members: [index], inputs, size }];
    const merged: Group = { members: all.flatMap((group) => group.members).toSorted((a, b) => a - b), inputs: new Set(), size };
    const inside = new Set(merged.members.map((i) => members[i]?.output));
    for (const group of all) for (const value of group.inputs) if (!inside.has(value)) merged.inputs.add(value);
    const operands = merged.members.flatMap((i) => members[i]?.operands ?? []);
    const fits = merged.members.length <= MAXIMUM_MEMBERS && merged.inputs.size <= MAXIMUM_INPUTS && hasLongRows(operands, size);
    for (const group of feeding) if (!fits || !joined.includes(group)) close(group);
    if (member === undefined) continue;
    const group = fits ? merged : { members: [index], inputs, size };
    for (const i of group.members) {
      groupOf.set(i, group);
      open.set((members[i] as FusedMember).output, group);
    }
  }
  return groupOf;
}

function hasLongRows(operands: readonly Access[], size: number): boolean {
  const length = runLength(operands, size);
  return length === 0 || length >= SHORT_ROW || size <= FEW_ELEMENTS;
}

/** An instruction as a member of a group, if it works element by element on inputs that spread over its output. */
function toMember(program: Program, instruction: Instruction, root: (value: number) => number): FusedMember | undefined {
  const { kernelName, attrs, outputs } = instruction;
  const [output] = outputs;
  if (outputs.length !== 1 || output === undefined || sizeOf(program, output) === 0) return undefined;
  const infos = inputValues(instruction).map((value) => program.values[value] as ValueInfo);
  const made = program.values[output] as ValueInfo;
  const isNumber = ({ dtype }: ValueInfo): boolean => dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
  const types = infos.map(({ dtype }): DataType => dtype);
  if (![...infos, made].every(isNumber) || emitterOf(kernelName, types, made.dtype, attrs) === undefined) return undefined;
  // The condition of a selection may be a vector over the first dimension, which broadcasting does not know.
  if (kernelName === 'Select' && infos[0]?.shape.length !== made.shape.length) return undefined;
  if (kernelName === 'ZerosLike' || kernelName === 'OnesLike') return { kernelName, attrs, operands: [], output };
  const operands = inputValues(instruction).map((value, i) => broadcastAccess(root(value), infos[i]?.shape ?? [], made.shape));
  if (!operands.every((access): access is Access => access !== undefined)) return undefined;
  return hasLongRows(operands, sizeOf(program, output)) ? { kernelName, attrs, operands, output } : undefined;
}
