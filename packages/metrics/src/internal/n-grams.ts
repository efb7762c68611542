/** How often each run of `order` items occurs. */
export function countNGrams(items: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + order <= items.length; i++) {
    // JSON, because items may hold any separator.
    const run = JSON.stringify(items.slice(i, i + order));
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}

/** How many runs are in both, each as often as in the one that has fewer. */
export function countCommon(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): number {
  let common = 0;
  for (const [run, count] of first) common += Math.min(count, second.get(run) ?? 0);
  return common;
}

/** How many runs there are. */
export function countAll(runs: ReadonlyMap<string, number>): number {
  let all = 0;
  for (const count of runs.values()) all += count;
  return all;
}

/** The words between white space. */
export function splitWords(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}
