import type { OnnxGraph, OnnxNode } from '../onnx-model.ts';
import type { InputSpec, SweepRow } from '../sweep-row.ts';

/** A row as a graph for ONNX Runtime, whose images are NCHW and whose filters are OIHW. */
export interface RowGraph {
  readonly graph: OnnxGraph;
  /** How the axes of an input are permuted into the graph's. */
  readonly permutations: Readonly<Record<string, readonly number[]>>;
}

const unary: Readonly<Record<string, string>> = {
  Abs: 'Abs', Ceil: 'Ceil', Cos: 'Cos', Elu: 'Elu', Erf: 'Erf', Exp: 'Exp', Floor: 'Floor', Log: 'Log', Neg: 'Neg', Reciprocal: 'Reciprocal',
  Relu: 'Relu', Selu: 'Selu', Sigmoid: 'Sigmoid', Sin: 'Sin', Softplus: 'Softplus', Sqrt: 'Sqrt', Tan: 'Tan', Tanh: 'Tanh',
}; // prettier-ignore
const binary: Readonly<Record<string, string>> = {
  Add: 'Add',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Sub: 'Sub',
  Maximum: 'Max',
  Minimum: 'Min',
  Pow: 'Pow',
};
const reductions: Readonly<Record<string, string>> = {
  Max: 'ReduceMax',
  Mean: 'ReduceMean',
  Min: 'ReduceMin',
  Prod: 'ReduceProd',
  Sum: 'ReduceSum',
};

const toChannelsFirst = [0, 3, 1, 2];
const filterToOihw = [3, 2, 0, 1];

function permuted(shape: readonly number[], order: readonly number[] | undefined): readonly number[] {
  return order ? order.map((axis) => shape[axis]!) : shape;
}

/** The graph of a row, or undefined where this benchmark knows none. */
export function onnxGraph({ kernel, inputs, attrs }: SweepRow): RowGraph | undefined {
  if (Array.isArray(inputs)) return undefined;
  const specs = inputs as Readonly<Record<string, InputSpec>>;
  const names = Object.keys(specs);
  if (Object.values(specs).some(({ dtype = 'float32', shape }) => dtype !== 'float32' || shape.length === 0)) return undefined;
  const build = (nodes: readonly OnnxNode[], permutations: RowGraph['permutations'] = {}): RowGraph => ({
    graph: { nodes, inputs: Object.fromEntries(names.map((name) => [name, permuted(specs[name]!.shape, permutations[name])])) },
    permutations,
  });
  const simple = (operator: string, attributes: OnnxNode['attributes'] = {}): RowGraph =>
    build([{ operator, inputs: names, output: 'result', attributes }]);
  if (unary[kernel]) return simple(unary[kernel]);
  if (binary[kernel]) return simple(binary[kernel]);
  if (reductions[kernel])
    return simple(reductions[kernel], { axes: (attrs['axis'] ?? attrs['reductionIndices']) as readonly number[], keepdims: 0 });
  switch (kernel) {
    case 'Softmax':
      return simple('Softmax', { axis: attrs['dim'] as number });
    case 'Transpose':
      return simple('Transpose', { perm: attrs['perm'] as readonly number[] });
    case 'BatchMatMul':
      return attrs['transposeA'] || attrs['transposeB'] ? undefined : simple('MatMul');
    case '_FusedMatMul':
      return build([
        { operator: 'MatMul', inputs: ['a', 'b'], output: 'product' },
        { operator: 'Add', inputs: ['product', 'bias'], output: 'sum' },
        { operator: 'Relu', inputs: ['sum'], output: 'result' },
      ]);
    case 'Conv2D':
    case 'FusedConv2D': {
      const attributes = { auto_pad: 'SAME_UPPER', strides: attrs['strides'] as readonly number[] };
      const convolve = { operator: 'Conv', inputs: names, output: 'image', attributes };
      const nodes = kernel === 'Conv2D' ? [convolve] : [convolve, { operator: 'Relu', inputs: ['image'], output: 'result' }];
      return build(nodes, { x: toChannelsFirst, filter: filterToOihw });
    }
    default:
      return undefined;
  }
}
