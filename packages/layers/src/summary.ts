import { formatShape, leaves, type Layer, type ShapeLeaf, type ShapeTree } from '@kumiko/core';
import { summaryRows, type SummaryRow } from './summary-rows.ts';

function formatShapes(tree: ShapeTree): string {
  return leaves<ShapeLeaf>(tree)
    .map((leaf) => formatShape(leaf.shape))
    .join(' ');
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/**
 * A table of a model as text: a row a layer with its output shape, parameters, FLOPs and bytes, then the totals. See {@link summaryRows}
 * for what the columns count. Numbers that training changes without gradients (running statistics) are counted in a total of their own.
 *
 * @param layer any layer; a {@link composite} is taken apart, also inside another
 * @param input the shape of its input; FLOPs and bytes grow with the batch
 * @returns lines joined by `\n`, without one at the end
 * @throws KumikoError when shapes do not fit
 * @example
 * summary(sequential([dense({ units: 2 })]), shapeOf([1, 3]));
 * // layer  output  parameters  FLOPs  bytes
 * // dense  [1,2]            8     12     52
 * // total                   8     12     52
 */
export function summary(layer: Layer, input: ShapeTree): string {
  const rows = summaryRows(layer, input);
  const total = (column: 'params' | 'state' | 'flops' | 'bytes'): string =>
    formatCount(rows.reduce((sum, row: SummaryRow) => sum + row[column], 0));
  const cells = [
    ['layer', 'output', 'parameters', 'FLOPs', 'bytes'],
    ...rows.map((row) => [row.name, formatShapes(row.output), ...[row.params, row.flops, row.bytes].map(formatCount)]),
    ['total', '', total('params'), total('flops'), total('bytes')],
    ...(rows.some(({ state }) => state > 0) ? [['state', '', total('state'), '', '']] : []),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}
