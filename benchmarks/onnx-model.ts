/** A node of an ONNX graph. Attributes are whole numbers, lists of them, or texts. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[] | string>>;
}

/** A graph over float32 tensors that ends in its last node's output. */
export interface OnnxGraph {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Tensors that are part of the model. Default: none. */
  readonly constants?: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>>;
  readonly nodes: readonly OnnxNode[];
}

type Bytes = readonly number[];

/** A whole number in base 128, the lowest digit first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/** A field of a protocol buffer that holds a number. */
function integer(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)];
}

/** A field of a protocol buffer that holds bytes: a text or a message. */
function bytes(field: number, value: Bytes | string): number[] {
  const content = typeof value === 'string' ? [...new TextEncoder().encode(value)] : value;
  return [...varint((field << 3) | 2), ...varint(content.length), ...content];
}

const FLOAT = 1;

/** A `ValueInfoProto`: a float32 tensor of a shape, or of any shape. */
function valueInfo(name: string, shape?: readonly number[]): number[] {
  const dimensions = shape?.flatMap((side) => bytes(1, integer(1, side)));
  const type = bytes(1, [...integer(1, FLOAT), ...(dimensions ? bytes(2, dimensions) : [])]);
  return [...bytes(1, name), ...bytes(2, type)];
}

/** A `TensorProto` of float32. */
function tensorBytes(name: string, shape: readonly number[], values: Float32Array): number[] {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return [...shape.flatMap((side) => integer(1, side)), ...integer(2, FLOAT), ...bytes(8, name), ...bytes(9, [...raw])];
}

/** An `AttributeProto`. */
function attribute(name: string, value: number | readonly number[] | string): number[] {
  if (typeof value === 'number') return [...bytes(1, name), ...integer(3, value), ...integer(20, 2)];
  if (typeof value === 'string') return [...bytes(1, name), ...bytes(4, value), ...integer(20, 3)];
  return [...bytes(1, name), ...value.flatMap((item) => integer(8, item)), ...integer(20, 7)];
}

/** A `NodeProto`. */
function nodeBytes({ operator, inputs, output, attributes = {} }: OnnxNode): number[] {
  return [
    ...inputs.flatMap((name) => bytes(1, name)),
    ...bytes(2, output),
    ...bytes(4, operator),
    ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attribute(name, value))),
  ];
}

/**
 * An ONNX model (IR version 7, operator set 12) as the bytes of a protocol buffer.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the numbers of the fields
 */
export function onnxModel({ inputs, nodes, constants = {} }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => bytes(1, nodeBytes(node))),
    ...bytes(2, 'graph'),
    ...Object.entries(constants).flatMap(([name, { shape, values }]) => bytes(5, tensorBytes(name, shape, values))),
    ...Object.entries(inputs).flatMap(([name, shape]) => bytes(11, valueInfo(name, shape))),
    ...bytes(12, valueInfo(nodes.at(-1)!.output)),
  ];
  const operatorSet = integer(2, 12);
  return Uint8Array.from([...integer(1, 7), ...bytes(7, graph), ...bytes(8, operatorSet)]);
}
