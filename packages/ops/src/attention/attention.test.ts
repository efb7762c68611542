import * as tf from '@tensorflow/tfjs-core';
import { trackLeaks } from '@kumiko/backend';
import { generator, key as keyOf } from '@kumiko/core';
import { expectTensor } from '@kumiko/testing';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { attention, type AttentionOptions } from './attention.ts';
import { addedBias } from './internal/added-bias.ts';
import { fusedAttention } from './internal/fused-attention.ts';
import { attentionReference } from './internal/attention-reference.ts';

function normals(seed: number, ...shape: number[]): tf.Tensor4D {
  const values: tf.Tensor = tf.tensor(generator(keyOf(seed)).normals(tf.util.sizeFromShape(shape)), shape);
  return values as tf.Tensor4D;
}

type Inputs = Readonly<Record<'query' | 'key' | 'value', tf.Tensor4D>>;

interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

function numbersOf(tensor: tf.Tensor): Numbers {
  return { shape: tensor.shape, values: Float64Array.from(tensor.dataSync()) };
}

/** What attention is, one number after the other, in double precision; hidden keys are left out. */
function transcription(q: Numbers, k: Numbers, v: Numbers, added: Numbers | undefined, options: AttentionOptions): number[] {
  const { mask, causal = false } = options;
  const [batch, heads, queries, size] = q.shape as Shape4;
  const [, groups, keys, valueSize] = v.shape as Shape4;
  const { scale = size ** -0.5 } = options;
  const seen = mask && numbersOf(tf.add(tf.zeros([batch, heads, queries, keys]), tf.cast(mask, 'float32'))).values;
  const out: number[] = [];
  for (let row = 0; row < batch * heads * queries; row++) {
    const [b, h, i] = [Math.floor(row / (heads * queries)), Math.floor(row / queries) % heads, row % queries];
    const first = (b * groups + Math.floor(h / (heads / groups))) * keys;
    const weights = Array.from({ length: keys }, (_, j) => {
      if ((causal && j > i) || seen?.[row * keys + j] === 0) return 0;
      let product = 0;
      for (let d = 0; d < size; d++) product += (q.values[row * size + d] as number) * (k.values[(first + j) * size + d] as number);
      return Math.exp(product * scale + (added?.values[row * keys + j] ?? 0));
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let e = 0; e < valueSize; e++) {
      out.push(weights.reduce((sum, weight, j) => sum + weight * (v.values[(first + j) * valueSize + e] as number), 0) / total);
    }
  }
  return out;
}

/** A bias in full. */
function fullBias({ bias }: AttentionOptions, { query, key }: Inputs): Numbers | undefined {
  const [batch, heads, queries] = query.shape;
  return bias && numbersOf(tf.add(tf.zeros([batch, heads, queries, key.shape[2]]), bias));
}

type Shape4 = readonly [number, number, number, number];

interface Row {
  readonly name: string;
  readonly query: Shape4;
  readonly key: Shape4;
  readonly valueSize?: number;
  readonly options?: () => AttentionOptions;
}

const rows: readonly Row[] = [
  { name: 'whole panels', query: [2, 2, 16, 8], key: [2, 2, 16, 8] },
  { name: 'keys beyond a panel, other values', query: [1, 2, 21, 16], key: [1, 2, 13, 16], valueSize: 8 },
  { name: 'groups and causal', query: [2, 4, 35, 8], key: [2, 2, 35, 8], valueSize: 24, options: () => ({ causal: true }) },
  { name: 'one key', query: [1, 1, 1, 1], key: [1, 1, 1, 1] },
  { name: 'odd sizes', query: [2, 3, 5, 7], key: [2, 3, 9, 7], valueSize: 3 },
  { name: 'causal', query: [1, 2, 37, 16], key: [1, 2, 37, 16], options: () => ({ causal: true }) },
  { name: 'causal beyond a block', query: [1, 1, 131, 32], key: [1, 1, 131, 32], options: () => ({ causal: true }) },
  { name: 'grouped queries', query: [2, 6, 4, 8], key: [2, 2, 70, 8], options: () => ({ scale: 0.5 }) },
  {
    name: 'padded keys',
    query: [2, 2, 3, 4],
    key: [2, 2, 5, 4],
    options: () => ({ mask: tf.tensor4d([1, 1, 1, 0, 0, 0, 0, 1, 1, 0], [2, 1, 1, 5], 'bool') }),
  },
  {
    name: 'a bias of each head, and causal',
    query: [2, 3, 6, 4],
    key: [2, 3, 6, 4],
    options: () => ({ bias: normals(8, 3, 6, 6), causal: true }),
  },
  {
    name: 'a mask, a bias and large scores',
    query: [1, 2, 4, 8],
    key: [1, 2, 66, 8],
    options: () => ({ mask: tf.greater(normals(9, 4, 66), -1), bias: normals(10, 1, 2, 1, 66), scale: 12 }),
  },
];

/** The op as it chooses its way, and the fused way for whatever fits it. */
const ways: readonly { readonly way: string; run(inputs: Inputs, options: AttentionOptions): tf.Tensor }[] = [
  { way: 'attention', run: ({ query, key, value }, options) => attention(query, key, value, options) },
  {
    way: 'fused',
    run: (inputs, options) =>
      tf.tidy(() => {
        const { causal = false, scale = inputs.query.shape[3] ** -0.5 } = options;
        return fusedAttention({ ...inputs, bias: addedBias(options, inputs.key.shape[2]) }, { causal, scale });
      }),
  },
];
const calls = ways.flatMap((way) =>
  rows
    .filter(({ query, valueSize = 8 }) => way.way === 'attention' || (query[3] % 8 === 0 && valueSize % 8 === 0))
    .map((row) => ({ ...way, ...row })),
);

/** Results of each backend with its first number of threads, as bits. */
const bits = new Map<string, Int32Array>();

onEveryBackend((backend) => {
  const made = ({ query, key, valueSize = key[3] }: Row): Inputs => ({
    query: normals(1, ...query),
    key: normals(2, ...key),
    value: normals(3, key[0], key[1], key[2], valueSize),
  });

  test.each(calls)('$way, $name', async ({ run, ...row }) => {
    const inputs = made(row);
    const { query, key, value } = inputs;
    const given = row.options?.() ?? {};
    const result = await trackLeaks(() => run(inputs, given));
    const values = transcription(numbersOf(query), numbersOf(key), numbersOf(value), fullBias(given, inputs), given);
    expectTensor(result, { shape: [...query.shape.slice(0, 3), value.shape[3]], values });
  });

  test.each(calls)('gradients of $way, $name', async ({ run, ...row }) => {
    const inputs = made(row);
    const given = row.options?.() ?? {};
    const full = fullBias(given, inputs);
    const tensors: tf.Tensor[] = [inputs.query, inputs.key, inputs.value, ...(given.bias ? [given.bias] : [])];
    const gradients = await trackLeaks(() =>
      tf.grads((...[query, key, value, bias]: tf.Tensor[]) => {
        const out = run({ query, key, value } as Inputs, { ...given, ...(bias && { bias }) });
        return tf.sum(tf.mul(out, tf.reshape(tf.cos(tf.range(0, out.size)), out.shape)));
      })(tensors),
    );
    // Central differences along directions, in double precision.
    const places = [...Object.values(inputs).map(numbersOf), ...(full ? [full] : [])] as Numbers[];
    const loss = (place: number, direction: Float64Array, step: number): number => {
      const moved = places.map((numbers, i) => ({ ...numbers, values: i === place ? numbers.values.map((x, j) => x + step * (direction[j] as number)) : numbers.values })); // prettier-ignore
      const [q, k, v, bias] = moved as [Numbers, Numbers, Numbers, Numbers?];
      const out = transcription(q, k, v, bias, given);
      return out.reduce((sum, value, i) => sum + Math.cos(i) * value, 0);
    };
    for (const [place, gradient] of gradients.entries()) {
      for (let seed = 0; seed < 3; seed++) {
        const direction = normals(20 + seed, ...gradient.shape);
        const spread = place === 3 ? numbersOf(tf.add(tf.zeros(full?.shape as number[]), direction)) : numbersOf(direction);
        const step = 1e-5;
        const expected = (loss(place, spread.values, step) - loss(place, spread.values, -step)) / (2 * step);
        const actual = tf.sum(tf.mul(gradient, direction)).dataSync()[0] as number;
        const size = numbersOf(tf.sum(tf.abs(tf.mul(gradient, direction)))).values[0] as number;
        expect(Math.abs(actual - expected)).toBeLessThan(4e-5 * (1 + size));
      }
    }
  });

  test('the bits do not depend on the number of threads', () => {
    const inputs = [normals(1, 2, 4, 130, 16), normals(2, 2, 2, 130, 16), normals(3, 2, 2, 130, 16)] as const;
    const run = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor => attention(q, k, v, { causal: true });
    const results = [run(...inputs), ...tf.grads(run)([...inputs])];
    for (const [i, result] of results.entries()) {
      const own = new Int32Array(Float32Array.from(result.dataSync()).buffer);
      const place = `${backend.split(',')[0]} ${i}`;
      expect(own).toEqual(bits.get(place) ?? own);
      bits.set(place, own);
    }
  });

  test('drops weights by the key, and keeps their mean', () => {
    const [query, key, value] = [tf.zeros([1, 1, 2000, 8]), tf.zeros([1, 1, 4, 8]), tf.ones([1, 1, 4, 8])];
    const run = (seed: number) => [...attention(query, key, value, { dropoutRate: 0.5, key: keyOf(seed) }).dataSync()];
    const first = run(1);
    expect(first).toEqual(run(1));
    expect(first).not.toEqual(run(2));
    // Each of four weights of 1/4 becomes 0 or 1/2: sums 0, 0.5, 1, 1.5 and 2, whose mean strays by 0.5 / sqrt(2000).
    expect([...new Set(first)].toSorted((a, b) => a - b)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(Math.abs(first.reduce((sum, x) => sum + x, 0) / first.length - 1)).toBeLessThan(0.045);
  });

  test('the gradient has a gradient', () => {
    const [query, key, value] = [normals(1, 1, 2, 5, 8), normals(2, 1, 2, 5, 8), normals(3, 1, 2, 5, 8)];
    const second = (fn: (q: tf.Tensor) => tf.Tensor): tf.Tensor => tf.grad((q: tf.Tensor) => tf.sum(tf.square(tf.grad(fn)(q))))(query);
    const reference = second((q) => attentionReference({ query: q, key, value, bias: tf.scalar(0) }, { causal: true, scale: 0.5 }));
    expectTensor(second((q) => attention(q, key, value, { causal: true, scale: 0.5 })), { shape: [1, 2, 5, 8], values: [...reference.dataSync()] }); // prettier-ignore
  });

  test('a query that may look nowhere looks at all keys alike', () => {
    const value = tf.tensor4d([1, 2, 6], [1, 1, 3, 1]);
    const result = attention(normals(1, 1, 1, 1, 2), normals(2, 1, 1, 3, 2), value, { mask: tf.zeros([3], 'bool') });
    expectTensor(result, { shape: [1, 1, 1, 1], values: [3] });
    const wide = tf.tile(value, [1, 1, 1, 8]);
    const [q, k] = [normals(1, 1, 1, 2, 8), normals(2, 1, 1, 3, 8)];
    for (const mask of [tf.tensor2d([1, 0], [2, 1], 'bool'), tf.tensor2d([0, 0, 1, 0, 0, 0], [2, 3], 'bool')]) {
      expectTensor(tf.slice(attention(q, k, wide, { mask }), [0, 0, 1], [1, 1, 1, 8]), { shape: [1, 1, 1, 8], values: Array(8).fill(3) });
    }
    expectTensor(attention(q, k, wide, { mask: tf.scalar(false, 'bool') }), { shape: [1, 1, 2, 8], values: Array(16).fill(3) });
  });

  test('no queries, no batch', () => {
    expect(attention(tf.zeros([1, 2, 0, 4]), tf.zeros([1, 2, 3, 4]), tf.zeros([1, 2, 3, 5])).shape).toEqual([1, 2, 0, 5]);
    expect(attention(tf.zeros([0, 2, 3, 4]), tf.zeros([0, 2, 3, 4]), tf.zeros([0, 2, 3, 4])).shape).toEqual([0, 2, 3, 4]);
  });

  test('it refuses what does not fit', () => {
    const x = tf.zeros([1, 4, 3, 2]);
    expect(() => attention(tf.zeros([4, 3, 2]), x, x)).toThrow(
      'attention: expected query as float32 [batch,heads,positions,size], got float32 [4,3,2]. ',
    );
    expect(() => attention(x, tf.zeros([1, 3, 3, 2]), x)).toThrow('expected key [1,a divisor of 4,keys,2] for this query, got [1,3,3,2]. ');
    expect(() => attention(x, x, tf.zeros([1, 4, 2, 2]))).toThrow('expected value [1,4,3,size] for this key, got [1,4,2,2]. ');
    expect(() => attention(x, x, x, { mask: tf.zeros([3, 3]) })).toThrow(
      'expected mask as bool, broadcastable to [1,4,3,3], got float32 [3,3]. ',
    );
    expect(() => attention(x, x, x, { bias: tf.zeros([2, 3, 3]) })).toThrow('expected bias as float32, broadcastable to [1,4,3,3], got');
    const fewer = tf.zeros([1, 4, 2, 2]);
    expect(() => attention(x, fewer, fewer, { causal: true })).toThrow(
      'expected as many keys as queries under causal, got 3 queries and 2 keys. ',
    );
    expect(() => attention(x, x, x, { dropoutRate: 1 })).toThrow('attention: expected dropoutRate in [0, 1), got 1. ');
    expect(() => attention(x, x, x, { dropoutRate: 0.5 })).toThrow('attention: expected a key to drop by, got none. ');
    expect(() => attention(x, x, x, { scale: NaN })).toThrow('attention: expected a finite scale, got NaN. ');
  });
});
