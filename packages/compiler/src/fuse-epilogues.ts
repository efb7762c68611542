/** @internal */
import { type Instruction, type Program, type ValueInfo, inputValues } from './program.ts';

/** Contractions that can add a vector and apply an activation while their result is in the cache. */
const fusedNames: Readonly<Record<string, string>> = { BatchMatMul: '_FusedMatMul', Conv2D: 'FusedConv2D' };

/** Kernels that a contraction can apply, by the name that it gives them. */
const activations: Readonly<Record<string, string>> = { LeakyRelu: 'leakyrelu', Relu: 'relu', Relu6: 'relu6' };

/** A contraction and what follows it. */
interface Epilogue {
  /** Where the instructions that it takes in stand. */
  readonly members: readonly number[];
  readonly bias: number;
  /** Where the activation stands, if there is one. */
  readonly activation: number | undefined;
  readonly output: number;
}

/** Gives a contraction whose only reader adds a vector, and perhaps applies an activation, both to do itself. */
export function fuseEpilogues(program: Program): Program {
  const { instructions } = program;
  const readers = new Map<number, number[]>();
  for (const [index, instruction] of instructions.entries())
    for (const value of inputValues(instruction)) {
      const all = readers.get(value);
      if (all === undefined) readers.set(value, [index]);
      else all.push(index);
    }
  const kept = new Set([...program.results, ...program.assignments.map(({ value }) => value)]);
  const onlyReader = (value: number): number | undefined => {
    const all = readers.get(value) ?? [];
    return all.length === 1 && !kept.has(value) ? all[0] : undefined;
  };
  const removed = new Set<number>();
  const placed = new Map<number, Instruction[]>();
  for (const [index, instruction] of instructions.entries()) {
    const epilogue = Object.hasOwn(fusedNames, instruction.kernelName) ? findEpilogue(program, instruction, onlyReader) : undefined;
    if (epilogue === undefined) continue;
    for (const member of [index, ...epilogue.members]) removed.add(member);
    placed.set(epilogue.members.at(-1) as number, fuse(program, instruction, epilogue));
  }
  return { ...program, instructions: instructions.flatMap((one, index) => placed.get(index) ?? (removed.has(index) ? [] : [one])) };
}

function findEpilogue(
  program: Program,
  { kernelName, attrs, outputs }: Instruction,
  onlyReader: (value: number) => number | undefined,
): Epilogue | undefined {
  if (kernelName === 'Conv2D' && attrs['dataFormat'] === 'NCHW') return undefined;
  const infoOf = (value: number): ValueInfo => program.values[value] as ValueInfo;
  const channels = infoOf(outputs[0] as number).shape.at(-1);
  const members: number[] = [];
  let output = outputs[0] as number;
  /** The only reader of the output so far, behind reshapes that leave the last dimension alone. */
  const next = (): number | undefined => {
    for (;;) {
      const reader = onlyReader(output);
      const view = program.instructions[reader as number];
      if (view?.kernelName !== 'Reshape' || infoOf(view.outputs[0] as number).shape.at(-1) !== channels) return reader;
      members.push(reader as number);
      output = view.outputs[0] as number;
    }
  };
  const adding = next();
  const sum = program.instructions[adding as number];
  if (adding === undefined || sum?.kernelName !== 'Add') return undefined;
  const bias = inputValues(sum).find((value) => value !== output);
  const info = bias === undefined ? undefined : infoOf(bias);
  const fits = info?.dtype === 'float32' && info.shape.length === 1 && info.shape[0] === channels;
  if (bias === undefined || !fits || infoOf(output).shape.length < 2 || infoOf(output).dtype !== 'float32') return undefined;
  members.push(adding);
  output = sum.outputs[0] as number;
  const before = { members: [...members], output };
  const activation = next();
  const applies = Object.hasOwn(activations, program.instructions[activation as number]?.kernelName ?? '');
  if (activation === undefined || !applies) return { ...before, bias, activation: undefined };
  return { members: [...members, activation], output: program.instructions[activation]?.outputs[0] as number, bias, activation };
}

function fuse(program: Program, contraction: Instruction, { bias, activation, output }: Epilogue): Instruction[] {
  const applied = program.instructions[activation as number];
  const fused: Instruction = {
    ...contraction,
    kernelName: fusedNames[contraction.kernelName] as string,
    inputs: { ...(contraction.inputs as Readonly<Record<string, number | null>>), bias },
    attrs: {
      ...contraction.attrs,
      activation: activations[applied?.kernelName ?? ''] ?? 'linear',
      leakyreluAlpha: (applied?.attrs['alpha'] as number | undefined) ?? 0,
    },
  };
  const { shape } = program.values[output] as ValueInfo;
  const view: Instruction = {
    kernelName: 'Reshape',
    inputs: { x: contraction.outputs[0] as number },
    attrs: { shape: [...shape] },
    outputs: [output],
    line: contraction.line,
  };
  return [fused, view];
}
