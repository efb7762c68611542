import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { foldIn, formatShape, key, leaves, type Layer, type ShapeLeaf, type ShapeTree } from '@kumiko/core';
import type { NamedLayer } from './sequential.ts';

interface Row {
  readonly name: string;
  readonly output: ShapeTree;
  readonly params: number;
  readonly state: number;
}

function childrenOf(layer: Layer): readonly NamedLayer[] | undefined {
  return (layer as { children?: readonly NamedLayer[] }).children;
}

function countValues(tree: Parameters<typeof leaves<Tensor>>[0]): number {
  return leaves<Tensor>(tree).reduce((sum, tensor) => sum + tensor.size, 0);
}

/** One row a layer; a chain gives its children's rows, their names behind its own. */
function rowsOf(name: string, layer: Layer, input: ShapeTree): Row[] {
  const children = childrenOf(layer);
  if (children === undefined) {
    const { params, state, output } = layer.init(foldIn(key(0), name), input);
    return [{ name, output, params: countValues(params), state: countValues(state) }];
  }
  const rows: Row[] = [];
  let shape = input;
  for (const child of children) {
    rows.push(...rowsOf(name === '' ? child.name : `${name}/${child.name}`, child.layer, shape));
    shape = (rows.at(-1) as Row).output;
  }
  return rows;
}

function formatShapes(tree: ShapeTree): string {
  return leaves<ShapeLeaf>(tree)
    .map((leaf) => formatShape(leaf.shape))
    .join(' ');
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/**
 * A table of a model as text: a row a layer with its output shape and number of parameters, then the totals.
 * Numbers that training changes without gradients (running statistics) are counted in a total of their own.
 *
 * @param layer any layer; a {@link sequential} is taken apart, also inside another
 * @param input the shape of its input, with any batch size
 * @returns lines joined by `\n`, without one at the end
 * @throws KumikoError when shapes do not fit
 * @example
 * summary(sequential([dense({ units: 2 })]), shapeOf([1, 3]));
 * // layer  output  parameters
 * // dense  [1,2]            8
 * // total                   8
 */
export function summary(layer: Layer, input: ShapeTree): string {
  const rows: Row[] = [];
  tidy(() => {
    rows.push(...rowsOf(childrenOf(layer) === undefined ? layer.name : '', layer, input));
  });
  const total = rows.reduce((sum, row) => sum + row.params, 0);
  const state = rows.reduce((sum, row) => sum + row.state, 0);
  const cells = [
    ['layer', 'output', 'parameters'],
    ...rows.map((row) => [row.name, formatShapes(row.output), formatCount(row.params)]),
    ['total', '', formatCount(total)],
    ...(state > 0 ? [['state', '', formatCount(state)]] : []),
  ] as [string, string, string][];
  const width = (column: 0 | 1 | 2): number => Math.max(...cells.map((row) => row[column].length));
  return cells
    .map(([name, output, params]) => `${name.padEnd(width(0))}  ${output.padEnd(width(1))}  ${params.padStart(width(2))}`)
    .join('\n');
}
