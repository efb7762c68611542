import * as tf from '@tensorflow/tfjs-core';
import { type Backend, cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broadcastAccess } from './broadcast-access.ts';
import { compile } from './compile.ts';
import { dropIdentities } from './drop-identities.ts';
import { dropUnused } from './drop-unused.ts';
import { floats } from './elementwise.ts';
import { emitFused } from './emit-fused.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseEpilogues } from './fuse-epilogues.ts';
import { FUSED, fuseElementwise } from './fuse-elementwise.ts';
import { mergeEqual } from './merge-equal.ts';
import { planFrees } from './plan.ts';
import { type Instruction, type Program, type ValueInfo, sizeOf } from './program.ts';
import { readActivations } from './read-activations.ts';
import { sweepOf } from './sweep.ts';
import { assembleModule } from './wasm-code.ts';

const info = (shape: number[]): ValueInfo => ({ shape, dtype: 'float32' });
const call = (kernelName: string, inputs: number[], output: number, attrs: Instruction['attrs'] = {}): Instruction => ({
  kernelName,
  inputs: Object.fromEntries(inputs.map((value, i) => [String(i), value])),
  attrs,
  outputs: [output],
  line: '',
});
const program = (shapes: number[][], instructions: Instruction[], results: number[], argumentCount = 1): Program => ({
  values: shapes.map(info),
  argumentCount,
  constants: [],
  captures: [],
  instructions,
  assignments: [],
  results,
});
const kernels = ({ instructions }: Program): string[] => instructions.map(({ kernelName }) => kernelName);

test('dropIdentities makes readers and results read the original', () => {
  const before = program([[2], [2], [2], [2]], [call('Identity', [0], 1), call('Identity', [1], 2), call('Neg', [2], 3)], [3, 2]);
  const after = dropIdentities(before);
  expect(after.instructions).toEqual([call('Neg', [0], 3)]);
  expect(after.results).toEqual([3, 0]);
});

test('mergeEqual joins what repeats, and only that', () => {
  const instructions = [
    call('Fill', [], 1, { value: Number.NaN }),
    call('Fill', [], 2, { value: Number.POSITIVE_INFINITY }),
    call('Neg', [0], 3),
    call('Neg', [0], 4),
    call('Add', [3, 4], 5),
    call('Multinomial', [0], 6),
    call('Multinomial', [0], 7),
  ];
  const after = mergeEqual(program(new Array(8).fill([2]), instructions, [5, 4, 1, 2, 6, 7]));
  expect(kernels(after)).toEqual(['Fill', 'Fill', 'Neg', 'Add', 'Multinomial', 'Multinomial']);
  expect(after.instructions[3]).toEqual(call('Add', [3, 3], 5));
  expect(after.results).toEqual([5, 3, 1, 2, 6, 7]);
});

test('foldConstants runs what depends on constants only', async () => {
  await selectBackend([cpu()]);
  const before = program([[2], [], [], [2]], [{ ...call('Neg', [], 2), inputs: { x: 1 } }, call('Multiply', [0, 2], 3)], [3]);
  const after = foldConstants({ ...before, constants: [{ value: 1, data: Float32Array.of(5), line: '' }] });
  expect(kernels(after)).toEqual(['Multiply']);
  expect(after.constants.map(({ value, data }) => [value, [...data]])).toEqual([
    [1, [5]],
    [2, [-5]],
  ]);
});

test('dropUnused leaves out what no result needs', () => {
  const before = program([[2], [2], [2], [2]], [call('Neg', [0], 1), call('Abs', [0], 2), call('Neg', [2], 3)], [1]);
  const after = dropUnused({ ...before, constants: [{ value: 3, data: new Float32Array(2), line: '' }] });
  expect(kernels(after)).toEqual(['Neg']);
  expect(after.constants).toEqual([]);
});

test('planFrees frees a value at its last use, never an argument or a result', () => {
  const before = program(
    [[2], [2], [2], [2], [2]],
    [call('Neg', [0], 1), call('Abs', [1], 2), call('Add', [1, 2], 3), call('Neg', [1], 4)],
    [3],
  );
  expect(planFrees(before)).toEqual([[], [], [2], [1, 4]]);
});

test('readActivations lets the gradient of relu read its result', () => {
  const relu: Instruction = { ...call('Relu', [], 1), inputs: { x: 0 } };
  const after = readActivations(program([[2], [2], [2]], [relu, { ...call('Step', [], 2), inputs: { x: 0 } }], [2]));
  expect(after.instructions[1]?.inputs).toEqual({ x: 1 });
});

describe('fuseEpilogues', () => {
  const shapes = [[1, 4, 3], [1, 3, 5], [5], [1, 4, 5], [4, 5], [4, 5], [4, 5], [4, 5]];
  const chain = [
    { ...call('BatchMatMul', [], 3), inputs: { a: 0, b: 1 } },
    { ...call('Reshape', [], 4), inputs: { x: 3 } },
    { ...call('Add', [], 5), inputs: { a: 4, b: 2 } },
    { ...call('Relu', [], 6), inputs: { x: 5 } },
  ];

  test('gives a product its bias and its activation', () => {
    const after = fuseEpilogues(program(shapes, chain, [6], 3));
    expect(kernels(after)).toEqual(['_FusedMatMul', 'Reshape']);
    const [product, view] = after.instructions as [Instruction, Instruction];
    expect(product.inputs).toEqual({ a: 0, b: 1, bias: 2 });
    expect(product.attrs).toMatchObject({ activation: 'relu' });
    expect([view.inputs, view.outputs]).toEqual([{ x: 3 }, [6]]);
  });

  test('leaves out an activation whose input somebody needs, and a sum that has two readers', () => {
    expect(kernels(fuseEpilogues(program(shapes, chain, [6, 5], 3)))).toEqual(['_FusedMatMul', 'Reshape', 'Relu']);
    expect(kernels(fuseEpilogues(program(shapes, chain, [6, 3], 3)))).toEqual(['BatchMatMul', 'Reshape', 'Add', 'Relu']);
    const matrix = program([...shapes.slice(0, 2), [4, 5], ...shapes.slice(3)], chain, [6], 3);
    expect(kernels(fuseEpilogues(matrix))).toEqual(['BatchMatMul', 'Reshape', 'Add', 'Relu']);
  });
});

test('fuseElementwise joins what feeds each other, and stops where somebody outside reads', () => {
  const shapes = [[4, 3], [4, 3], [4, 3], [4, 3], [4], [4, 3], [4, 3], []];
  const instructions = [
    call('Neg', [0], 1),
    call('Square', [1], 2),
    call('Multiply', [2, 7], 3),
    call('Sum', [3], 4),
    call('Abs', [3], 5),
    call('Add', [5, 0], 6),
  ];
  const after = fuseElementwise(program(shapes, instructions, [6, 4, 2], 8));
  expect(kernels(after)).toEqual([FUSED, 'Sum', FUSED]);
  const [first, , last] = after.instructions as [Instruction, Instruction, Instruction];
  expect([first.inputs, first.outputs]).toEqual([
    [0, 7],
    [2, 3],
  ]);
  expect([last.inputs, last.outputs]).toEqual([[3, 0], [6]]);
});

test('a sum does not wait for a term that is made later, so that the terms of a loop do not pile up', () => {
  const shapes = new Array(9).fill([4, 4]);
  const product = (a: number, to: number): Instruction => call('BatchMatMul', [a, 0], to);
  const terms = [product(0, 1), product(1, 2), call('Add', [1, 2], 3), product(2, 4), call('Add', [3, 4], 5)];
  expect(kernels(fuseElementwise(program(shapes, [...terms, call('Neg', [5], 6)], [6])))).toEqual([
    ...['BatchMatMul', 'BatchMatMul', FUSED, 'BatchMatMul', FUSED],
  ]);
  // Terms that are there already are one sweep, and what is no sum waits.
  const ready = [product(0, 1), product(1, 2), product(2, 4), call('Add', [1, 2], 3), call('Add', [3, 4], 5)];
  expect(kernels(fuseElementwise(program(shapes, ready, [5])))).toEqual(['BatchMatMul', 'BatchMatMul', 'BatchMatMul', FUSED]);
  const gated = [product(0, 1), call('Sigmoid', [1], 2), product(0, 3), call('Multiply', [2, 3], 4)];
  expect(kernels(fuseElementwise(program(shapes, gated, [4])))).toEqual(['BatchMatMul', 'BatchMatMul', FUSED]);
});

test('fuseElementwise spreads smaller inputs, and sees through reshapes', () => {
  const shapes = [[6, 4], [4], [6, 1], [6, 4], [2, 3, 4], [2, 3, 4], [24], [24]];
  const instructions = [
    call('Add', [0, 1], 3),
    call('Reshape', [3], 4),
    call('Relu', [4], 5),
    call('Reshape', [5], 6),
    call('Neg', [6], 7),
  ];
  const after = fuseElementwise(program(shapes, instructions, [7, 4], 3));
  // The reshape that is a result stays, behind what makes its data.
  expect(kernels(after)).toEqual([FUSED, 'Reshape']);
  const [fused] = after.instructions as [Instruction];
  expect([fused.inputs, fused.outputs]).toEqual([
    [0, 1],
    [3, 7],
  ]);
  expect(fused.members?.map(({ operands }) => operands)).toEqual([
    [
      { value: 0, repeat: 1, size: 24 },
      { value: 1, repeat: 1, size: 4 },
    ],
    [{ value: 3, repeat: 1, size: 24 }],
    [{ value: 5, repeat: 1, size: 24 }],
  ]);
});

test('broadcastAccess says which element is read, or that no single rule does', () => {
  expect(broadcastAccess(7, [3, 1], [2, 3, 4])).toEqual({ value: 7, repeat: 4, size: 3 });
  expect(broadcastAccess(7, [1, 1], [2, 3, 4])).toEqual({ value: 7, repeat: 1, size: 1 });
  expect(broadcastAccess(7, [2, 1, 4], [2, 3, 4])).toBeUndefined();
  expect(broadcastAccess(7, [3], [6])).toBeUndefined();
  expect(broadcastAccess(7, [1, 2, 3], [2, 3])).toBeUndefined();
});

test('fuseElementwise leaves what it does not know alone', () => {
  const shapes = [[4], [4], [2, 1, 4], [2, 3, 4], [2, 3, 4]];
  const crossed = program(shapes, [call('Add', [2, 3], 4)], [4], 4);
  expect(kernels(fuseElementwise(crossed))).toEqual(['Add']);
  const typed = program(shapes, [call('Sqrt', [0], 1)], [1]);
  expect(kernels(fuseElementwise({ ...typed, values: typed.values.map((value) => ({ ...value, dtype: 'int32' as const })) }))).toEqual([
    'Sqrt',
  ]);
});

test('a long chain is cut into pieces that fit', () => {
  const length = 150;
  const chain = Array.from({ length }, (_, i) => call('Neg', [i], i + 1));
  const after = fuseElementwise(program(new Array(length + 1).fill([8]), chain, [length]));
  expect(after.instructions.flatMap(({ members = [] }) => members).map(({ output }) => output)).toEqual(
    chain.map(({ outputs }) => outputs[0]),
  );
  expect(Math.max(...after.instructions.map(({ members = [] }) => members.length))).toBeLessThanOrEqual(64);
});

test('an emitted module is valid, for any number of functions', () => {
  const shapes = [[5], [5], [5]];
  const fused = fuseElementwise(program(shapes, [call('Neg', [0], 1), call('Abs', [1], 2)], [2])).instructions[0] as Instruction;
  const one = emitFused(sweepOf(program(shapes, [fused], [2]), fused, new Map()).sweep);
  expect(sizeOf(program(shapes, [], []), 0)).toBe(5);
  for (const count of [1, 3, 200]) {
    const bytes = assembleModule({
      imports: [],
      functions: new Array(count).fill({ parameters: one.parameters, locals: one.locals, body: one.body(() => []) }),
      table: [],
      types: [],
    });
    // Its memory is imported by the host: here one is defined, behind the table.
    const at = bytes.findIndex((byte, i) => byte === 7 && i > 8 && bytes[i + 1] !== undefined && isSection(bytes, i));
    const whole = Uint8Array.from([...bytes.subarray(0, at), 5, 3, 1, 0, 1, ...bytes.subarray(at)]);
    expect(WebAssembly.validate(whole)).toBe(true);
  }
});

/** Whether a section starts at a place: walks the sections from the start. */
function isSection(bytes: Uint8Array, place: number): boolean {
  let at = 8;
  while (at < place) {
    let [length, shift, next] = [0, 0, at + 1];
    for (;;) {
      const byte = bytes[next++] as number;
      length |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) break;
    }
    at = next + length;
  }
  return at === place;
}

/** Numbers on which rounding, signs and comparisons show. */
const HARD = [0, -0, 1, -1, 0.1, -2.5, 1e-40, -1e-40, 3.4e38, -3.4e38, Infinity, -Infinity, Number.NaN, 1 / 3, 16_777_217, 0.5];

const rows: Readonly<Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  Abs: tf.abs,
  Acos: tf.acos,
  Acosh: tf.acosh,
  Add: tf.add,
  AddN: (a, b) => tf.addN([a, b, a]),
  Asin: tf.asin,
  Asinh: tf.asinh,
  Atan: tf.atan,
  Atanh: tf.atanh,
  Ceil: tf.ceil,
  ClipByValue: (a) => tf.clipByValue(a, -1, 0.5),
  Cos: tf.cos,
  Cosh: tf.cosh,
  Elu: tf.elu,
  Erf: tf.erf,
  Exp: tf.exp,
  Expm1: tf.expm1,
  Floor: tf.floor,
  LeakyRelu: (a) => tf.leakyRelu(a, 0.3),
  Log: tf.log,
  Log1p: tf.log1p,
  Maximum: tf.maximum,
  Minimum: tf.minimum,
  Multiply: tf.mul,
  Neg: tf.neg,
  RealDiv: tf.div,
  Reciprocal: tf.reciprocal,
  Relu: tf.relu,
  Relu6: tf.relu6,
  Round: tf.round,
  Rsqrt: tf.rsqrt,
  Selu: tf.selu,
  Sigmoid: tf.sigmoid,
  Sign: tf.sign,
  Sin: tf.sin,
  Sinh: tf.sinh,
  Softplus: tf.softplus,
  Sqrt: tf.sqrt,
  Square: tf.square,
  SquaredDifference: tf.squaredDifference,
  Step: (a) => tf.step(a, 0.25),
  Sub: tf.sub,
  Tan: tf.tan,
  Tanh: tf.tanh,
};

test('every fused kernel of floats has a row', () => {
  expect(Object.keys(rows)).toEqual(Object.keys(floats).toSorted());
});

/** Says where two results differ. */
function difference(name: string, got: ArrayLike<number>, expected: ArrayLike<number>): string {
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [got[i] as number, expected[i] as number];
    if (!Object.is(a, b)) return `${name} at ${i}: ${a} instead of ${b}`;
  }
  return '';
}

describe.each([1, 2])('with %s threads', (threads) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await selectBackend([wasm({ threads })]);
  });
  afterAll(() => backend.dispose());

  /** The third result of a compiled function, which its program made. */
  const run = (f: (...args: tf.Tensor[]) => tf.Tensor, args: tf.Tensor[]): { got: tf.TypedArray; kernels: Record<string, number> } => {
    const compiled = compile(f, { donate: false });
    let got: tf.TypedArray = new Float32Array();
    for (let i = 0; i < 3; i++) {
      const result = compiled(...args);
      got = result.dataSync();
      result.dispose();
    }
    const counted = compiled.explain()?.byKernel ?? {};
    compiled.dispose();
    return { got, kernels: counted };
  };

  test.each([1, 2, 5, 64, 16_384, 40_001])(
    'every fused kernel gives what the eager one gives, also for NaN and infinities: %s elements',
    (length) => {
      const a = tf.tensor1d(Array.from({ length }, (_, i) => HARD[i % HARD.length] as number));
      const b = tf.tensor1d(Array.from({ length }, (_, i) => HARD[(i * 7 + 3) % HARD.length] as number));
      const failures = Object.entries(rows).map(([name, kernel]) => {
        const f = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.sub(kernel(tf.mul(x, 1), y), tf.scalar(0));
        const { got, kernels: counted } = run(f as never, [a, b]);
        expect(counted).toEqual({ [FUSED]: 1 });
        return difference(name, got, tf.tidy(() => f(a, b)).dataSync());
      });
      expect(failures.filter((text) => text !== '')).toEqual([]);
      tf.dispose([a, b]);
    },
  );

  test('tests of floats', () => {
    const a = tf.tensor1d(HARD);
    for (const [kernel, expected] of [
      [tf.isFinite, HARD.map((value) => Number(Number.isFinite(value)))],
      [tf.isInf, HARD.map((value) => Number(Math.abs(value) === Infinity))],
      [tf.isNaN, HARD.map((value) => Number(Number.isNaN(value)))],
    ] as const) {
      const { got, kernels: counted } = run(((x: tf.Tensor) => tf.cast(kernel(tf.mul(x, 1)), 'float32')) as never, [a]);
      expect(counted).toEqual({ [FUSED]: 1 });
      expect([...got]).toEqual(expected);
    }
    a.dispose();
  });

  test('broadcast inputs of any kind', () => {
    for (const [rank, from] of [
      [[7, 5], [5]],
      [
        [7, 5],
        [7, 1],
      ],
      [[7, 5], []],
      [
        [3, 4, 6],
        [4, 1],
      ],
      [
        [3, 4, 6],
        [3, 1, 1],
      ],
      [
        [3, 4, 6],
        [4, 6],
      ],
      [
        [40, 33, 16],
        [33, 1],
      ],
      [
        [9, 1000],
        [9, 1],
      ],
      [[2, 20_000], [20_000]],
    ] as const) {
      const a = tf.randomUniform([...rank]);
      const b = tf.randomUniform([...from]);
      const f = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.relu(tf.sub(tf.add(x, y), tf.mul(y, x)));
      const { got, kernels: counted } = run(f as never, [a, b]);
      expect(counted).toEqual({ [FUSED]: 1 });
      expect(difference(`${rank.join()} with ${from.join()}`, got, tf.tidy(() => f(a, b)).dataSync())).toBe('');
      tf.dispose([a, b]);
    }
  });

  test('integers, bools, comparisons, casts and selections', () => {
    const x = tf.tensor2d([-2, -1, 0, 1, 2, 3, 4, 5, 6, Number.NaN, 7, 8, -9, 1, 0.5], [5, 3]);
    const n = tf.tensor2d([3, 1, 0, 1, 2, -3, 4, 5, 6, 9, 7, -8, -9, 1, 0], [5, 3], 'int32');
    const limit = tf.tensor1d([0, 1, 2]);
    const f = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Tensor => {
      const above = tf.greater(a, c);
      const small = tf.logicalAnd(tf.logicalNot(above), tf.lessEqual(b, 4));
      const mask = tf.logicalOr(small, tf.notEqual(tf.cast(b, 'float32'), a));
      const counted = tf.add(tf.mul(tf.cast(mask, 'int32'), 3), tf.maximum(b, tf.zerosLike(b)));
      return tf.where(mask, tf.add(tf.cast(counted, 'float32'), tf.cast(above, 'float32')), tf.onesLike(a));
    };
    const expected = tf.tidy(() => f(x, n, limit)).dataSync();
    const { got, kernels: counted } = run(f as never, [x, n, limit]);
    expect(counted).toEqual({ [FUSED]: 1 });
    expect(difference('types', got, expected)).toBe('');
    const bools = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.logicalNot(tf.equal(a, tf.cast(b, 'float32')));
    expect([...run(bools as never, [x, n]).got]).toEqual([...tf.tidy(() => bools(x, n)).dataSync()]);
    tf.dispose([x, n, limit]);
  });
});
