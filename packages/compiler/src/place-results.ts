/** @internal */
import { type LoweredProgram, type Step, isFallback } from './lower.ts';
import type { Program, ValueInfo } from './program.ts';

/** A lowered program in which new state takes the place of the old one. */
export interface PlacedProgram extends LoweredProgram {
  /** Buffers of arguments and captures that the program writes to. */
  readonly overwritten: ReadonlySet<number>;
  /** The buffer where each value lies at the end: a value that replaces an argument lies there. */
  readonly finalBuffer: (value: number) => number;
}

/**
 * Lets a result take the place of a donated argument, and an assigned value that of its variable. It is written there at once if nothing
 * reads the old value afterwards, else copied there at the end.
 *
 * @param donated how many of the arguments, from the first on, are given away
 */
export function placeResults(program: Program, lowered: LoweredProgram, donated: number): PlacedProgram {
  const { buffers, bufferOf, steps } = lowered;
  const place = new Map<number, number>();
  const taken = new Set<number>(
    [...program.results, ...program.assignments.map(({ value }) => value)].map((value) => bufferOf[value] as number),
  );
  const match = (value: number, old: number): boolean => {
    const [from, to] = [bufferOf[value] as number, bufferOf[old] as number];
    const [a, b] = [program.values[value] as ValueInfo, program.values[old] as ValueInfo];
    const fits = a.dtype === b.dtype && a.shape.join() === b.shape.join() && buffers[from]?.bytes === buffers[to]?.bytes;
    if (!fits || taken.has(to) || place.has(from) || buffers[from]?.kind !== 'inner') return false;
    place.set(from, to);
    taken.add(to);
    return true;
  };
  for (const { variable, value } of program.assignments) {
    const capture = program.captures.find(({ tensor }) => tensor === variable);
    if (capture !== undefined) match(value, capture.value);
  }
  // A step returns its state in the order it came in; what moved finds the first place that fits.
  const rest = program.results.filter((value, i) => i >= donated || !match(value, i));
  for (const value of rest) for (let old = 0; old < donated && !match(value, old); old++);

  const renamed = new Map<number, number>();
  const copies: Step[] = [];
  for (const [from, to] of place) {
    if (mayOverwrite(steps, from, to)) renamed.set(from, to);
    else {
      const bytes = buffers[to]?.bytes as number;
      const args = [to, from].map((buffer) => ({ buffer, offset: 0 }));
      copies.push({ target: { kind: 'copy', bytes }, tasks: 1, args, reads: [from], writes: [to], aligned: [] });
    }
  }
  const rename = (buffer: number): number => renamed.get(buffer) ?? buffer;
  return {
    ...lowered,
    bufferOf: bufferOf.map(rename),
    steps: [...steps.map((step) => renameBuffers(step, rename)), ...copies],
    overwritten: new Set(place.values()),
    finalBuffer: (value) => place.get(bufferOf[value] as number) ?? (bufferOf[value] as number),
  };
}

/** Whether `from` can be written where `to` lies: `to` is not read afterwards, nor while that would change what is read. */
function mayOverwrite(steps: readonly Step[], from: number, to: number): boolean {
  const written = steps.findIndex(({ writes }) => writes.includes(from));
  const read = steps.findLastIndex(({ reads }) => reads.includes(to));
  const writer = steps[written];
  return read < written || (read === written && writer !== undefined && (isFallback(writer) || writer.aligned.includes(to)));
}

function renameBuffers(step: Step, rename: (buffer: number) => number): Step {
  const sets = { reads: step.reads.map(rename), writes: step.writes.map(rename) };
  if (isFallback(step)) return { ...step, ...sets };
  const args = step.args.map((argument) => (typeof argument === 'number' ? argument : { ...argument, buffer: rename(argument.buffer) }));
  return { ...step, ...sets, args, aligned: step.aligned.map(rename) };
}
