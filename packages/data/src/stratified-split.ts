import { check, foldIn, generator, type Key } from '@kumiko/core';

/**
 * Splits row numbers into parts in which every class has its share. The rows of each class are shuffled and, class after class,
 * dealt to the part that is farthest behind its fraction: with two parts no class and no total is off by more than one row.
 *
 * @param labels the class of each row
 * @param fractions of the parts; each > 0, together 1
 * @returns the row numbers of each part, ascending
 * @throws KumikoError when the fractions are not positive or do not add up to 1
 * @example
 * const [train, test] = stratifiedSplit([0, 0, 0, 0, 1, 1, 1, 1], [0.75, 0.25], key(0)); // 3 and 1 of each class
 */
export function stratifiedSplit(labels: ArrayLike<number | string>, fractions: readonly number[], key: Key): Int32Array[] {
  const total = fractions.reduce((sum, fraction) => sum + fraction, 0);
  check(
    fractions.every((fraction) => fraction > 0) && Math.abs(total - 1) < 1e-9,
    'stratifiedSplit',
    () => `expected fractions > 0 that add up to 1, got [${fractions.join(', ')}]. Pass for example [0.8, 0.2].`,
  );
  const classes = new Map<number | string, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number | string;
    const rows = classes.get(label);
    if (rows) rows.push(i);
    else classes.set(label, [i]);
  }
  const parts = fractions.map((): number[] => []);
  let dealt = 0;
  for (const [position, rows] of [...classes.values()].entries()) {
    for (const place of generator(foldIn(key, position)).permutation(rows.length)) {
      dealt++;
      const behind = parts.map((part, i) => (fractions[i] as number) * dealt - part.length);
      parts[behind.indexOf(Math.max(...behind))]?.push(rows[place] as number);
    }
  }
  return parts.map((part) => Int32Array.from(part).sort());
}
