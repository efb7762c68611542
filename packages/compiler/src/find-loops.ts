/** @internal */

/** Calls that stand in a program several times, one copy right after the other. */
export interface RepeatedCalls {
  readonly iterations: number;
  /** Calls of one iteration. */
  readonly calls: number;
}

/** Fewer repetitions are no loop. */
const FEWEST_ITERATIONS = 4;

/** Bodies of more calls are not looked for. */
const LONGEST_BODY = 512;

/** So many places where a form stands next are tried as the second iteration. */
const CANDIDATES = 16;

/**
 * Finds the loops that were unrolled when a program was recorded: stretches in which the same forms come again and again. From left to right,
 * each the longest that starts where the one before ended, or later.
 *
 * @param forms what each call of a program is, but for where its data lie
 */
export function findLoops(forms: readonly string[]): RepeatedCalls[] {
  const next = nextPlaces(forms);
  const loops: RepeatedCalls[] = [];
  for (let start = 0; start < forms.length;) {
    let best: RepeatedCalls = { iterations: 0, calls: 1 };
    let again = start;
    for (let tried = 0; tried < CANDIDATES; tried++) {
      again = next[again] as number;
      const calls = again - start;
      if (again === forms.length || calls > LONGEST_BODY) break;
      const iterations = countIterations(forms, start, calls);
      if (iterations * calls > best.iterations * best.calls) best = { iterations, calls };
    }
    const isLoop = best.iterations >= FEWEST_ITERATIONS;
    if (isLoop) loops.push(best);
    start += isLoop ? best.iterations * best.calls : 1;
  }
  return loops;
}

/** For each place the next one of the same form, or the end. */
function nextPlaces(forms: readonly string[]): number[] {
  const seen = new Map<string, number>();
  const next: number[] = [];
  for (let i = forms.length - 1; i >= 0; i--) {
    const form = forms[i] as string;
    next[i] = seen.get(form) ?? forms.length;
    seen.set(form, i);
  }
  return next;
}

function countIterations(forms: readonly string[], start: number, calls: number): number {
  let end = start + calls;
  while (end < forms.length && forms[end] === forms[end - calls]) end++;
  return Math.floor((end - start) / calls);
}
