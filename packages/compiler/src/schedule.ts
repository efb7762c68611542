/** @internal */
import { type Fallback, type Step, isFallback } from './lower.ts';
import type { NativeCall } from './native-call.ts';

/** Calls that one thread makes one after the other, or the parts of one call. */
export interface Unit {
  readonly calls: readonly NativeCall[];
  readonly parts: number;
}

/** What may run at the same time; the next stage starts when all of it is done. */
export interface Stage {
  readonly units: Unit[];
  /** A kernel that JavaScript calls; then there are no units. */
  readonly fallback?: Fallback;
}

/** A call joins an earlier stage that is at most so far back: further away, its output would occupy memory for long. */
const WINDOW = 12;

/** Puts every call into the first stage after those that it depends on. A kernel that JavaScript calls is a stage of its own. */
export function schedule(steps: readonly Step[]): Stage[] {
  const stages: Stage[] = [];
  const written = new Map<number, number>();
  const readLast = new Map<number, number>();
  let floor = 0;
  for (const step of steps) {
    const after = (buffer: number): number => (written.get(buffer) ?? -1) + 1;
    const afterReads = (buffer: number): number => (readLast.get(buffer) ?? -1) + 1;
    let at = Math.max(floor, stages.length - WINDOW, ...step.reads.map(after), ...step.writes.flatMap((b) => [after(b), afterReads(b)]));
    if (isFallback(step)) {
      at = stages.length;
      floor = at + 1;
      stages.push({ units: [], fallback: step });
    } else {
      if (at === stages.length) stages.push({ units: [] });
      stages[at]?.units.push({ calls: [step], parts: step.tasks });
    }
    for (const buffer of step.reads) readLast.set(buffer, Math.max(at, readLast.get(buffer) ?? 0));
    for (const buffer of step.writes) written.set(buffer, at);
  }
  return joinSingles(stages);
}

/** Neighbouring stages of one part each become one: a single thread does them without a barrier. */
function joinSingles(stages: readonly Stage[]): Stage[] {
  const joined: Stage[] = [];
  for (const stage of stages) {
    const [before, unit] = [joined.at(-1), single(stage)];
    const earlier = before && single(before);
    if (earlier === undefined || unit === undefined) joined.push(stage);
    else joined[joined.length - 1] = { units: [{ calls: [...earlier.calls, ...unit.calls], parts: 1 }] };
  }
  return joined;
}

function single({ units }: Stage): Unit | undefined {
  return units.length === 1 && units[0]?.parts === 1 ? units[0] : undefined;
}
