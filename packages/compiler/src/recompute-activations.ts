/** @internal */
import { DRAWS } from './merge-equal.ts';
import { floats } from './elementwise.ts';
import { type LiveValues, bytesOf, isView, liveValues } from './live-values.ts';
import { type Instruction, type Program, type ValueInfo, inputValues, mapInputs } from './program.ts';

/** Whether the result of a kernel may be computed a second time: its name, the result's shape, and how many calls of this kernel came before. */
export type MayRecompute = (kernelName: string, shape: readonly number[], call: number) => boolean;

/** Kernels that cost little beside a product or a convolution: elementwise, activations, normalisations, dropout, pooling. */
const CHEAP: ReadonlySet<string> = new Set([
  ...Object.keys(floats),
  ...['AvgPool', 'BroadcastTo', 'Cast', 'Fill', 'FusedBatchNorm', 'KumikoDropout', 'KumikoLayerNorm', 'KumikoLogSoftmax'],
  ...['KumikoRandomBits', 'KumikoRandomNormal', 'KumikoRandomUniform', 'KumikoRmsNorm', 'MaxPool', 'OnesLike', 'PadV2', 'Prelu', 'Select'],
  ...['Softmax', 'Tile', 'Transpose', 'ZerosLike'],
]);

/** What `checkpoint: true` recomputes. */
export const isCheap: MayRecompute = (kernelName) => CHEAP.has(kernelName);

/** A value whose later readers are to read a copy, and what makes the copy. */
interface Move {
  readonly root: number;
  /** The copy is made before this instruction, the first that reads it. */
  readonly at: number;
  /** The instructions that make it, in order. */
  readonly chain: readonly number[];
}

/**
 * Computes chosen values a second time instead of keeping them: while some value is kept over the place where the most bytes are needed, and can
 * be made again before it is read next from what is there by then, its later readers get a copy. The program with the least bytes is the result.
 */
export function recomputeActivations(program: Program, mayRecompute: MayRecompute): Program {
  const chosen = chooseValues(program, mayRecompute);
  let [now, best, least] = [program, program, Infinity];
  for (;;) {
    const live = liveValues(now);
    const most = live.bytesAt.reduce((a, b) => Math.max(a, b), 0);
    if (most < least) [best, least] = [now, most];
    const move = findMove(now, live, live.bytesAt.indexOf(most), chosen);
    if (move === undefined) return best;
    // Nothing moves twice, nor do copies: so this ends.
    chosen.delete(move.root);
    now = apply(now, live, move);
  }
}

function chooseValues({ instructions, values }: Program, mayRecompute: MayRecompute): Set<number> {
  const calls = new Map<string, number>();
  const chosen = new Set<number>();
  for (const { kernelName, outputs } of instructions) {
    const call = calls.get(kernelName) ?? 0;
    calls.set(kernelName, call + 1);
    const [output] = outputs;
    if (outputs.length !== 1 || output === undefined || DRAWS.has(kernelName)) continue;
    if (mayRecompute(kernelName, (values[output] as ValueInfo).shape, call)) chosen.add(output);
  }
  return chosen;
}

/** The largest value that is kept over an instruction without need, the youngest of equal ones: older ones can then be made from still older ones. */
function findMove(program: Program, live: LiveValues, peak: number, chosen: ReadonlySet<number>): Move | undefined {
  const size = (value: number): number => bytesOf(program.values[value] as ValueInfo);
  const kept = [...chosen].filter((value) => {
    const [made, reads] = [live.madeAt(value), live.readAt(value)];
    return (
      made !== undefined &&
      made < peak &&
      (reads.at(-1) ?? 0) > peak &&
      !reads.includes(peak) &&
      !reads.includes(program.instructions.length)
    );
  });
  const order = kept.toSorted((a, b) => size(b) - size(a) || (live.madeAt(b) as number) - (live.madeAt(a) as number));
  for (const root of order) {
    const at = live.readAt(root).find((read) => read > peak) as number;
    const chain = findChain(program, live, root, at, chosen);
    if (chain !== undefined) return { root, at, chain };
  }
  return undefined;
}

/** The instructions that make a value anew from what is there at a place, or nothing if they would need what is gone by then. */
function findChain(
  { instructions }: Program,
  live: LiveValues,
  root: number,
  at: number,
  chosen: ReadonlySet<number>,
): number[] | undefined {
  const chain = new Set<number>();
  const isThere = (value: number): boolean => live.madeAt(value) === undefined || (live.readAt(value).at(-1) ?? -1) >= at;
  const visit = (value: number): boolean => {
    const made = live.madeAt(value) as number;
    if (chain.has(made)) return true;
    if (!chosen.has(value)) return false;
    const inputs = inputValues(instructions[made] as Instruction).map(live.root);
    if (!inputs.every((input) => isThere(input) || visit(input))) return false;
    chain.add(made);
    return true;
  };
  return visit(root) ? [...chain] : undefined;
}

/** Puts the copies in their place; readers from there on read them. */
function apply(program: Program, live: LiveValues, { at, chain }: Move): Program {
  const values = [...program.values];
  const copyOf = new Map<number, number>();
  const copy = (instruction: Instruction): Instruction => {
    const outputs = instruction.outputs.map((output) => {
      const made = values.push(values[output] as ValueInfo) - 1;
      copyOf.set(output, made);
      return made;
    });
    return { ...mapInputs(instruction, (value) => copyOf.get(value) ?? value), outputs };
  };
  const made = new Set(chain);
  const roots = new Set(chain.flatMap((index) => (program.instructions[index] as Instruction).outputs));
  // Views of what is copied are copied too, for those who read them later.
  const copies = program.instructions.slice(0, at).flatMap((instruction, index) => {
    const isViewOfCopy = isView(instruction) && roots.has(live.root(instruction.outputs[0] as number));
    return made.has(index) || isViewOfCopy ? [copy(instruction)] : [];
  });
  const [before, after] = [program.instructions.slice(0, at), program.instructions.slice(at)];
  return {
    ...program,
    values,
    instructions: [...before, ...copies, ...after.map((instruction) => mapInputs(instruction, (value) => copyOf.get(value) ?? value))],
    assignments: program.assignments,
  };
}
