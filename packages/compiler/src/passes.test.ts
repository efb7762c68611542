import * as tf from '@tensorflow/tfjs-core';
import { findWasmHost, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { dropIdentities } from './drop-identities.ts';
import { dropUnused } from './drop-unused.ts';
import { elementwise } from './elementwise.ts';
import { emitFused } from './emit-fused.ts';
import { FUSED, fuseElementwise } from './fuse-elementwise.ts';
import { mergeEqual } from './merge-equal.ts';
import { planFrees } from './plan.ts';
import { type Instruction, type Program, type ValueInfo, sizeOf } from './program.ts';
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

test('fuseElementwise leaves other types, other sizes and lonely instructions alone', () => {
  const shapes = [[4], [4], [1, 4], [4, 4], [4, 4]];
  const broadcast = program(shapes, [call('Neg', [0], 1), call('Add', [1, 3], 4)], [4], 4);
  expect(kernels(fuseElementwise(broadcast))).toEqual(['Neg', 'Add']);
  const typed = program(shapes, [call('Neg', [0], 1), call('Abs', [1], 2)], [2]);
  expect(kernels(fuseElementwise({ ...typed, values: typed.values.map((value) => ({ ...value, dtype: 'int32' as const })) }))).toEqual([
    'Neg',
    'Abs',
  ]);
});

test('a long chain is cut into pieces that fit', () => {
  const length = 100;
  const chain = Array.from({ length }, (_, i) => call('Neg', [i], i + 1));
  const after = fuseElementwise(program(new Array(length + 1).fill([8]), chain, [length]));
  expect(after.instructions.flatMap(({ members = [] }) => members)).toEqual(chain);
  expect(Math.max(...after.instructions.map(({ members = [] }) => members.length))).toBeLessThanOrEqual(24);
});

test('an emitted module is valid, for any number of functions', () => {
  const shapes = [[5], [5], [5]];
  const fused = fuseElementwise(program(shapes, [call('Neg', [0], 1), call('Abs', [1], 2)], [2])).instructions[0] as Instruction;
  const one = emitFused(program(shapes, [fused], [2]), fused);
  expect(sizeOf(program(shapes, [], []), 0)).toBe(5);
  for (const count of [1, 3, 200]) {
    const bytes = assembleModule({ imports: [], functions: new Array<typeof one>(count).fill(one), table: [], types: [] });
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

test.each([1, 2])(
  'every fused kernel gives the bits of the eager one, also for tails, NaN and infinities, with %s threads',
  async (threads) => {
    const backend = await selectBackend([wasm({ threads })]);
    const rows: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
      Abs: tf.abs,
      Add: tf.add,
      AddN: (a, b) => tf.addN([a, b, a]),
      Maximum: tf.maximum,
      Minimum: tf.minimum,
      Multiply: tf.mul,
      Neg: tf.neg,
      RealDiv: tf.div,
      Relu: tf.relu,
      Sqrt: tf.sqrt,
      Square: tf.square,
      Step: (a) => tf.step(a, 0.25),
      Sub: tf.sub,
    };
    expect(Object.keys(rows)).toEqual(Object.keys(elementwise));
    for (const length of [2, 5, 64, 16_384, 40_001]) {
      const a = tf.tensor1d(Array.from({ length }, (_, i) => HARD[i % HARD.length] as number));
      const b = tf.tensor1d(Array.from({ length }, (_, i) => HARD[(i * 7 + 3) % HARD.length] as number));
      for (const [name, kernel] of Object.entries(rows)) {
        // Two additions around it, so that there is something to fuse.
        const f = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.sub(kernel(tf.mul(x, 1), y), tf.scalar(0));
        const compiled = compile(f, { donate: false });
        const expected = tf.tidy(() => f(a, b)).dataSync();
        for (let i = 0; i < 3; i++) {
          const got = compiled(a, b);
          if (i === 2)
            expect([name, ...got.dataSync()].map((x) => (Object.is(x, -0) ? 0 : x))).toEqual(
              [name, ...expected].map((x) => (Object.is(x, -0) ? 0 : x)),
            );
          got.dispose();
        }
        expect(compiled.explain()?.byKernel[FUSED]).toBe(1);
      }
      tf.dispose([a, b]);
    }
    expect(findWasmHost(tf.backend())).toBe(backend.host);
    await backend.dispose();
  },
);
