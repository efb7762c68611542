import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { disposeTree, foldIn, key, leaves, type Layer, type ShapeLeaf, type ShapeTree, type Tree } from '@kumiko/core';
import type { Composite } from './composite.ts';
import type { CountedLayer } from './counted-layer.ts';

/** A call of a layer, as {@link summaryRows} counts it. */
export interface SummaryRow {
  /** The layer's name behind those of the layers it stands in, joined by `/`. */
  readonly name: string;
  readonly output: ShapeTree;
  /** Numbers that training optimises; 0 where a row before has counted them. */
  readonly params: number;
  /** Numbers that training changes without gradients; 0 where a row before has counted them. */
  readonly state: number;
  /** Floating-point operations of the matrix products and convolutions, two for each multiplication with its addition. */
  readonly flops: number;
  /** What the call must read and write at least: its input, its variables and its output, at 4 bytes a number. */
  readonly bytes: number;
}

function countValues(tree: Tree): number {
  return leaves<Tensor>(tree).reduce((sum, { size }) => sum + size, 0);
}

function countShapes(tree: ShapeTree): number {
  return leaves<ShapeLeaf>(tree).reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

/**
 * What each layer of a model holds and costs: a row a call, in the order of the calls. A {@link composite} gives the rows of its layers.
 *
 * @param layer any layer
 * @param input the shape of its input
 * @throws KumikoError when shapes do not fit
 * @example
 * const [row] = summaryRows(dense({ units: 2 }), shapeOf([1, 3]));
 * row; // { name: 'dense', output: shapeOf([1, 2]), params: 8, state: 0, flops: 12, bytes: 52 }
 */
export function summaryRows(layer: Layer, input: ShapeTree): SummaryRow[] {
  const rows: SummaryRow[] = [];
  const counted = new Set<string>();
  const visit = (name: string, one: Layer, shape: ShapeTree): ShapeTree => {
    if ('visit' in one)
      return (one as Composite).visit(shape, (child, inner, at) => visit(name === '' ? child : `${name}/${child}`, inner, at));
    const label = name === '' ? one.name : name;
    const { params, state, output } = one.init(foldIn(key(0), label), shape);
    const sizes = [countValues(params), countValues(state)] as const;
    const bytes = 4 * (countShapes(shape) + sizes[0] + sizes[1] + countShapes(output));
    const flops = 'flops' in one ? (one as CountedLayer).flops({ input: shape, params, output }) : 0;
    const again = counted.has(label);
    rows.push({ name: label, output, params: again ? 0 : sizes[0], state: again ? 0 : sizes[1], flops, bytes });
    counted.add(label);
    disposeTree([params, state]); // A large model's variables never stand side by side.
    return output;
  };
  tidy(() => {
    visit('', layer, input);
  });
  return rows;
}
