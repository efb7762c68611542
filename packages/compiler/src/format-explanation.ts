/** @internal */
import type { Explanation } from './explain.ts';

const UNITS = ['', 'k', 'M', 'G', 'T'];

/** `1234567` bytes as `1.23 MB`. */
function short(value: number, unit = ''): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? scaled : scaled.toPrecision(3)} ${UNITS[power]}${unit}`.trimEnd();
}

const plural = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;

/** Columns of text, the first to the left and the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const cell = (text: string, column: number): string => {
    const width = widths[column] as number;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  return rows.map((row) => row.map(cell).join('  '));
}

/** A report of some lines: what there is to do, how it runs, the arena, what falls back and why, and a table of kernels. */
export function formatExplanation({ recorded, kernels, costs, flops, bytesRead, bytesWritten, native }: Explanation): string {
  const total = `${plural(kernels, 'kernel')}, of ${recorded} recorded: ${short(flops, 'FLOP')}, ${short(bytesRead, 'B')} read, ${short(bytesWritten, 'B')} written.`;
  const rows = costs.map((cost) => [
    cost.kernel,
    String(cost.calls),
    short(cost.flops),
    `${flops === 0 ? 0 : Math.round((100 * cost.flops) / flops)} %`,
    short(cost.bytesRead),
    short(cost.bytesWritten),
  ]);
  const kernelTable = table([['kernel', 'calls', 'FLOP', 'share', 'bytes read', 'written'], ...rows]);
  return [total, ...describeNative(native), '', ...kernelTable].join('\n');
}

function describeNative(native: Explanation['native']): string[] {
  if (native === undefined) return ['JavaScript calls every kernel: this backend runs no programs.'];
  const { stages, walks, fallbacks, arenaBytes, arenaLowerBound, inPlaceBytes } = native;
  const ratio = arenaLowerBound === 0 ? 1 : arenaBytes / arenaLowerBound;
  const reasons = Object.entries(fallbacks).map(([kernel, reason]) => `  ${kernel}: ${reason}`);
  return [
    `Threads walk ${plural(stages, 'stage')} in ${plural(walks, 'walk')}.`,
    `The arena has ${short(arenaBytes, 'B')}, ${ratio.toFixed(2)} times what must live at once; ${short(inPlaceBytes, 'B')} of state are updated in place.`,
    ...(reasons.length === 0 ? ['No kernel falls back to JavaScript.'] : ['These kernels fall back to JavaScript:', ...reasons]),
  ];
}
