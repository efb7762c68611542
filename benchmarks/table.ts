import type { RowResult, StepResult } from './result.ts';
import type { Roofline } from './roofline.ts';
import type { Spread } from './statistics.ts';

/** Three digits that count. */
export function threeDigits(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}

function time(milliseconds: number): string {
  return milliseconds < 0.1 ? `${threeDigits(milliseconds * 1000)} us` : `${threeDigits(milliseconds)} ms`;
}

/** A ratio with the quartiles around it, such as `1.32 (1.28-1.35)`. */
export function showRatio({ median, low, high }: Spread): string {
  return `${median.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}

/** A measured row as lines of text: ours with the share of the roofline, then every other with its time and the ratios to ours. */
export function showRow({ kernel, size, label, peers, ratios, errors }: RowResult): string {
  const lines = [`${kernel} ${size} ${label}`];
  for (const [name, result] of Object.entries(peers)) {
    const notes = Object.entries(ratios).flatMap(([pair, value]) => {
      const [own, other] = pair.split(' : ');
      return other === name ? [`${own} is ${showRatio(value)} times as fast`] : [];
    });
    if (result.reach !== undefined) notes.push(`${Math.round(100 * result.reach)}% of the roofline`);
    if (!result.agrees) notes.push('OTHER RESULT');
    lines.push(`  ${name.padEnd(10)} ${time(result.time.median).padStart(10)}   ${notes.join(', ')}`);
  }
  for (const [name, message] of Object.entries(errors)) lines.push(`  ${name.padEnd(10)} failed: ${message.split('\n')[0]}`);
  return lines.join('\n');
}

/** A measured step as lines of text: each engine's time, how many times as long as our compiled step it took, and the share of the limit. */
export function showStep({ title, threads, limit, engines, errors }: StepResult): string {
  const ours = engines['kumiko compiled'];
  const lines = [`${title}; threads: ${threads}; limit ${threeDigits(limit)} ms`];
  for (const [name, { median, low, high }] of Object.entries(engines)) {
    const ratio = ours === undefined ? [] : [`${threeDigits(median / ours.median)}x`];
    const notes = [`(${threeDigits(low)}-${threeDigits(high)})`, ...ratio, `${Math.round((100 * limit) / median)}% of the limit`];
    lines.push(`  ${name.padEnd(16)} ${time(median).padStart(9)}  ${notes.join('  ')}`);
  }
  for (const [name, message] of Object.entries(errors)) lines.push(`  ${name.padEnd(16)} failed: ${message}`);
  return lines.join('\n');
}

/** The limits of one thread as a line of text. */
export function showRoofline({ plainGflops, relaxedGflops, copyGigabytes, triadGigabytes }: Roofline): string {
  const [plain, relaxed, copy, triad] = [plainGflops, relaxedGflops, copyGigabytes, triadGigabytes].map((value) => value.toFixed(1));
  return `roofline, one thread: ${plain} GFLOPS plain, ${relaxed} relaxed; copy ${copy} GB/s, triad ${triad} GB/s`;
}

/** The rows where ours is slower than stock tfjs by more than `bound` allows, the slowest first, with their ratios. */
export function slowerThanStock(rows: readonly RowResult[], bound: number): string[] {
  return rows
    .flatMap(({ kernel, size, label, ratios }) =>
      Object.entries(ratios)
        .filter(([pair, { median }]) => pair.endsWith(' : tfjs') && median < bound)
        .map(([pair, value]) => ({ value, text: `${showRatio(value).padEnd(18)} ${kernel} ${size} ${label}, ${pair.split(' : ')[0]}` })),
    )
    .toSorted((a, b) => a.value.median - b.value.median)
    .map(({ text }) => text);
}
