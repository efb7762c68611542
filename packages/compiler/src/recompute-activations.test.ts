import * as tf from '@tensorflow/tfjs-core';
import { type Backend, cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { disposeTree, foldIn, key, leaves, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { activation, batchNorm, conv2d, dense, dropoutLayer, flattenFeatures, gelu, relu, sequential } from '@kumiko/layers';
import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { randomUniform } from '@kumiko/ops';
import { adamw } from '@kumiko/optimizers';
import { initTrainState, trainStep } from '@kumiko/training';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CompileOptions, compile } from './compile.ts';
import type { Explanation } from './explain.ts';
import { liveValues } from './live-values.ts';
import { type Instruction, type Program, inputValues } from './program.ts';
import { isCheap, recomputeActivations } from './recompute-activations.ts';

const call = (kernelName: string, inputs: number[], output: number): Instruction => ({
  kernelName,
  inputs,
  attrs: {},
  outputs: [output],
  line: '',
});

/** Values of 4 bytes an element; the first is the argument. */
const program = (sizes: number[], instructions: Instruction[], results: number[]): Program => ({
  values: sizes.map((size) => ({ shape: [size], dtype: 'float32' })),
  argumentCount: 1,
  constants: [],
  captures: [],
  instructions,
  assignments: [],
  results,
});
const form = ({ instructions }: Program): string[] =>
  instructions.map((instruction) => `${String(instruction.outputs[0])} = ${instruction.kernelName}(${inputValues(instruction).join()})`);

test('liveValues tells when the data of a value are needed, through its views', () => {
  const live = liveValues(
    program([8, 8, 8, 8, 1], [call('Neg', [0], 1), call('Reshape', [1], 2), call('Abs', [1], 3), call('Sum', [2], 4)], [4, 3]),
  );
  expect([live.root(2), live.madeAt(0), live.madeAt(1)]).toEqual([1, undefined, 0]);
  expect([live.readAt(0), live.readAt(1), live.readAt(3), live.readAt(4)]).toEqual([[0], [2, 3], [4], [4]]);
  expect(live.bytesAt).toEqual([32, 32, 64, 68]);
});

describe('recomputeActivations', () => {
  // 1 and 2 are kept over the peak, where 3 and 4 are there too.
  const chain = [
    call('Tanh', [0], 1),
    call('Reshape', [1], 2),
    call('Sum', [1], 3),
    call('Tile', [3], 4),
    call('Sum', [4], 5),
    call('Multiply', [2, 5], 6),
    call('Add', [6, 1], 7),
  ];
  const before = program([8, 8, 8, 1, 16, 1, 8, 8], chain, [7]);

  test('makes a kept value anew before it is read next, with its views', () => {
    const after = recomputeActivations(before, isCheap);
    expect(form(after)).toEqual([
      ...['1 = Tanh(0)', '2 = Reshape(1)', '3 = Sum(1)', '4 = Tile(3)', '5 = Sum(4)'],
      ...['8 = Tanh(0)', '9 = Reshape(8)', '6 = Multiply(9,5)', '7 = Add(6,8)'],
    ]);
    expect(Math.max(...liveValues(after).bytesAt)).toBeLessThan(Math.max(...liveValues(before).bytesAt));
  });

  test('leaves alone what was not chosen, what is a result, and what would need what is gone', () => {
    expect(recomputeActivations(before, (kernelName) => kernelName !== 'Tanh')).toBe(before);
    expect(recomputeActivations({ ...before, results: [7, 1] }, isCheap).instructions).toHaveLength(chain.length);
    const ofGone = program([8, 8, ...before.values.slice(1).map(({ shape }) => shape[0] as number)], [], []);
    const shifted = chain.map((instruction) => {
      const [output] = instruction.outputs as [number];
      return call(
        instruction.kernelName,
        inputValues(instruction).map((value) => value + 1),
        output + 1,
      );
    });
    const gone = { ...ofGone, instructions: [call('Sort', [0], 1), ...shifted], results: [8] };
    expect(recomputeActivations(gone, isCheap)).toBe(gone);
    // Unless that may be computed again too.
    expect(form(recomputeActivations(gone, () => true))).toContain('9 = Sort(0)');
  });

  test('tells shapes and how many calls of a kernel came before', () => {
    const seen: unknown[] = [];
    recomputeActivations(before, (...args) => {
      seen.push(args);
      return false;
    });
    expect(seen.slice(0, 5)).toEqual([
      ['Tanh', [8], 0],
      ['Reshape', [8], 0],
      ['Sum', [1], 0],
      ['Tile', [16], 0],
      ['Sum', [1], 1],
    ]);
  });
});

const block = (): Layer[] => [
  conv2d({ filters: 8, kernelSize: 3, padding: 'same' }) as Layer,
  batchNorm() as Layer,
  activation(relu) as Layer,
  dropoutLayer(0.1) as Layer,
];
/** Networks, the input of a sample, samples, and how much smaller the arena of a step gets. */
const networks: Readonly<
  Record<string, { readonly model: Layer; readonly input: number[]; readonly samples: number; readonly ratio: number }>
> = {
  'a deep convolutional network': {
    model: sequential([...block(), ...block(), ...block(), ...block(), flattenFeatures(), dense({ units: 4 })]),
    input: [12, 12, 3],
    samples: 16,
    ratio: 0.75,
  },
  'a deep network of dense layers': {
    model: sequential(Array.from({ length: 12 }, () => dense({ units: 32, activation: gelu }))),
    input: [32],
    samples: 256,
    ratio: 0.92,
  },
};

describe.each(['cpu', 'wasm with 1 thread', 'wasm with 2 threads'])('on %s', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await selectBackend([name === 'cpu' ? cpu() : wasm({ threads: name.includes('2') ? 2 : 1 })]);
  });
  afterAll(() => backend.dispose());

  test.each(Object.entries(networks))(
    'a step of %s gives the same bits and needs less memory',
    (_network, { model, input, samples, ratio }) => {
      const size = name === 'cpu' ? 2 : samples;
      const optimizer = adamw({ learningRate: 0.01 });
      const run = (checkpoint: NonNullable<CompileOptions['checkpoint']>): { bits: number[]; explained: Explanation } => {
        const step = trainStep({
          model,
          optimizer,
          loss: (y, batch) => sparseCategoricalCrossEntropy(y as tf.Tensor, batch['y'] as tf.Tensor),
        });
        const compiled = compile(step as unknown as (state: Tree, batch: Tree) => Tree[], { checkpoint });
        let state = initTrainState({ model, optimizer, key: key(1), input: shapeOf([1, ...input]) }) as Tree;
        for (let i = 0; i < 4; i++) {
          const batch = {
            x: randomUniform(foldIn(key(2), i), [size, ...input]),
            y: tf.tensor1d(
              Array.from({ length: size }, (_, k) => k % 4),
              'int32',
            ),
          };
          const [next, logs] = compiled(state, batch);
          disposeTree([logs as Tree, batch]);
          state = next as Tree;
        }
        const bits = leaves<tf.Tensor>(state).flatMap((tensor) => [...tensor.dataSync()]);
        const explained = compiled.explain() as Explanation;
        disposeTree(state);
        compiled.dispose();
        return { bits, explained };
      };
      const [kept, cheap, all] = [run(false), run(true), run((kernel, _shape, count) => kernel !== 'BatchMatMul' || count % 3 !== 2)];
      expect(cheap.bits).toEqual(kept.bits);
      expect(all.bits).toEqual(kept.bits);
      expect(cheap.explained.flops).toBeLessThan(1.05 * kept.explained.flops);
      if (name === 'cpu') return;
      const arena = ({ explained }: { explained: Explanation }): number => explained.native?.arenaBytes as number;
      expect(arena(cheap) / arena(kept)).toBeLessThan(ratio);
      expect(arena(all) / arena(kept)).toBeLessThan(ratio);
      expect(cheap.explained.native?.fallbacks).toEqual(kept.explained.native?.fallbacks);
    },
  );
});
