import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { flatten, key, shapeOf, type Layer, type ShapeTree, type Tree } from '@kumiko/core';
import goldens from '../../../../fixtures/layers/recurrent.json' with { type: 'json' };
import { dense } from '../dense.ts';
import { goldenRows } from '../golden-rows.fixture.ts';
import { sequential } from '../sequential.ts';
import { summaryRows } from '../summary-rows.ts';
import { bidirectional } from './bidirectional.ts';
import { gru } from './gru.ts';
import { lstm } from './lstm.ts';
import { sequenceMask, type MaskedSequence } from './masked-sequence.ts';
import { masking } from './masking.ts';
import type { RecurrentLayer } from './recurrent-layer.ts';
import type { RecurrentOptions } from './recurrent-options.ts';
import { scan } from './scan.ts';
import { simpleRnn } from './simple-rnn.ts';

type Make = (options: RecurrentOptions) => RecurrentLayer;
const makers: Readonly<Record<string, Make>> = { lstm, gru, simpleRnn };

/** A layer over sequences of given lengths as one over a tensor. */
function withLengths(layer: Layer<never, Tree>, lengths: readonly number[]): Layer<tf.Tensor, tf.Tensor> {
  return {
    name: layer.name,
    init(initKey, input) {
      const { shape } = input as ReturnType<typeof shapeOf>;
      const { output, ...variables } = layer.init(initKey, { values: shapeOf(shape), mask: shapeOf(shape.slice(0, 2), 'bool') });
      return { ...variables, output: 'values' in output ? (output['values'] as ShapeTree) : output };
    },
    apply(variables, values, context): [tf.Tensor, { state: Tree }] {
      const sequences: MaskedSequence = { values, mask: sequenceMask(tf.tensor1d([...lengths], 'int32'), values.shape[1] as number) };
      const [y, { state }] = layer.apply(variables, sequences as never, context);
      return [y instanceof tf.Tensor ? y : (y as MaskedSequence).values, { state }];
    },
  };
}

interface LengthOptions {
  readonly layer: string;
  readonly lengths: readonly number[];
  readonly units: number;
  readonly returnSequences: boolean;
}

function make(name: string, options: object): Layer<tf.Tensor, tf.Tensor> {
  const { layer, lengths, ...own } = options as LengthOptions;
  const maker = makers[layer ?? name];
  if (name === 'recurrent with lengths') return withLengths((maker as Make)(own) as Layer<never, Tree>, lengths);
  if (name === 'bidirectional with lengths')
    return withLengths(bidirectional((goBackwards) => (maker as Make)({ ...own, goBackwards })) as Layer<never, Tree>, lengths);
  if (name === 'dropping by key(1)') {
    const dropping = (maker as Make)(own);
    return { ...dropping, apply: (variables, x, context) => dropping.apply(variables, x, { ...context, key: key(1) }) };
  }
  if (name === 'stacked') return sequential([lstm({ units: 2, returnSequences: true }), gru({ units: 2 })]);
  return (maker as Make)(own);
}

goldenRows(goldens.rows, make);

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test.each(Object.entries(makers))('%s: going on from the cache is the same as going through', async (_name, maker) => {
  const layer = maker({ units: 5, returnSequences: true });
  const variables = layer.init(key(1), shapeOf([2, 7, 3]));
  const x = tf.cos(tf.reshape(tf.range(0, 42), [2, 7, 3]));
  const whole = await trackLeaks(() => tf.tidy(() => layer.apply(variables, x, { training: true })[0]));
  const [first, second] = tf.split(x, [3, 4], 1) as [tf.Tensor, tf.Tensor];
  const [start, { cache }] = layer.apply(variables, first, { training: false });
  const [end] = layer.apply(variables, second, { training: false, cache });
  expect([...tf.concat([start, end], 1).dataSync()]).toEqual([...whole.dataSync()]);
  expect(() => layer.apply(variables, tf.ones([4, 7, 3]), { training: false, cache })).toThrow(`[4,5], got [2,5]`);
});

test('a chain hands masks on, and caches by name', () => {
  const model = sequential([masking(), lstm({ units: 2, returnSequences: true }), gru({ units: 3 }), dense({ units: 1 })]);
  const { params, state, output } = model.init(key(0), shapeOf([2, 3, 1]));
  expect(output).toEqual(shapeOf([2, 1]));
  const apply = (values: number[]): number[] => [
    ...model.apply({ params, state }, tf.tensor3d(values, [1, values.length, 1]), { training: false })[0].dataSync(),
  ];
  expect(apply([1, 2, 0, 0])).toEqual(apply([1, 2]));
  expect(apply([0, 1, 2])).toEqual(apply([1, 2]));
  expect(apply([2, 1])).not.toEqual(apply([1, 2]));
  const [, { cache }] = model.apply({ params, state }, tf.ones([1, 2, 1]), { training: false });
  expect(flatten<tf.Tensor>(cache as Tree).map(({ name }) => name)).toEqual(['lstm/hidden', 'lstm/cell', 'gru/hidden']);
});

test('starts with an open forget gate and orthonormal recurrence', () => {
  const { params } = lstm({ units: 2 }).init(key(0), shapeOf([1, 1, 1]));
  const { bias, recurrentKernel } = params as { bias: tf.Tensor; recurrentKernel: tf.Tensor2D };
  expect([...bias.dataSync()]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  const product = tf.matMul(recurrentKernel, recurrentKernel, false, true).dataSync();
  for (const [i, value] of product.entries()) expect(value).toBeCloseTo([1, 0, 0, 1][i] as number, 6);
  const closed = lstm({ units: 2, unitForgetBias: false }).init(key(0), shapeOf([1, 1, 1])).params as { bias: tf.Tensor };
  expect(tf.max(closed.bias).dataSync()[0]).toBe(0);
  expect(gru({ units: 2, useBias: false }).init(key(0), shapeOf([1, 1, 1])).params).not.toHaveProperty('bias');
});

test('counts the products of every step', () => {
  // 2 * batch * steps * (features + units) * gates * units
  expect(summaryRows(lstm({ units: 5 }), shapeOf([2, 7, 3]))[0]?.flops).toBe(2 * 2 * 7 * (3 + 5) * 4 * 5);
});

test('says what is wrong', () => {
  expect(() => lstm({ units: 0 })).toThrow('lstm: expected units to be a whole number of at least 1, got 0. ');
  expect(() => gru({ units: 1 }).init(key(0), shapeOf([1, 2]))).toThrow('gru: expected input [batch,steps,features], got [1,2]. ');
  const layer = simpleRnn({ units: 1 });
  const variables = layer.init(key(0), shapeOf([1, 2, 3]));
  expect(() => layer.apply(variables, tf.ones([1, 2, 4]), { training: false })).toThrow(
    'simpleRnn: expected input [batch,steps,3], got [1,2,4]. ',
  );
  expect(() => bidirectional(() => layer, { merge: 'mean' as 'sum' })).toThrow("bidirectional: expected merge 'concat'");
  expect(() => sequenceMask(tf.scalar(1), 2)).toThrow('sequenceMask: expected lengths [batch], got rank 0. ');
  expect(() => sequenceMask(tf.tensor1d([1]), 0)).toThrow('got 0');
});

test('scan: forwards and backwards, with trees', () => {
  const xs = { a: tf.tensor1d([1, 2, 3]), b: tf.tensor2d([[1], [10], [100]]) };
  const step = (sum: tf.Tensor, { a, b }: typeof xs): [tf.Tensor, tf.Tensor[]] => {
    const next = tf.add(tf.mul(sum, 2), a);
    return [next, [next, b]];
  };
  // ((0*2 + 1)*2 + 2)*2 + 3 = 11, and ((0*2 + 3)*2 + 2)*2 + 1 = 17.
  const [last, [sums, copies]] = scan(step as never, tf.scalar(0), xs) as unknown as [tf.Tensor, [tf.Tensor, tf.Tensor]];
  expect([last.dataSync()[0], ...sums.dataSync(), ...copies.dataSync()]).toEqual([11, 1, 4, 11, 1, 10, 100]);
  const [first, [backwards]] = scan(step as never, tf.scalar(0), xs, { reverse: true }) as unknown as [tf.Tensor, [tf.Tensor]];
  expect([first.dataSync()[0], ...backwards.dataSync()]).toEqual([17, 17, 8, 3]);
  expect(() => scan(step as never, tf.scalar(0), { a: tf.ones([2]), b: tf.ones([3]) })).toThrow(
    'scan: expected tensors of one number of steps on the first axis, got 2, 3. ',
  );
  expect(() => scan(step as never, tf.scalar(0), [])).toThrow('got none. ');
});

test.each(Object.entries(makers))('%s: dropout wants a key in training alone, and rates below 1', (name, maker) => {
  const options = { units: 2, dropout: 0.5, recurrentDropout: 0.5 };
  tf.tidy(() => {
    const variables = maker(options).init(key(0), shapeOf([2, 3, 4]));
    const x = tf.ones([2, 3, 4]);
    const [plain] = maker({ units: 2 }).apply(variables, x, { training: true });
    expect([...maker(options).apply(variables, x, { training: false })[0].dataSync()]).toEqual([...plain.dataSync()]);
    expect(() => maker(options).apply(variables, x, { training: true })).toThrow(`${name}: expected a key in training, got none. `);
  });
  expect(() => maker({ units: 2, recurrentDropout: 1 })).toThrow(`${name}: expected recurrentDropout in [0, 1), got 1. `);
});
