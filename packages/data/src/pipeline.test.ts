import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { foldIn, generator, key, type Tree } from '@kumiko/core';
import fc from 'fast-check';
import { afterEach, assert, beforeEach, describe, expect, test } from 'vitest';
import { batch } from './batch.ts';
import { concat } from './concat.ts';
import { filter } from './filter.ts';
import { fromArrays } from './from-arrays.ts';
import { hostTensor, type HostTensor } from './host-tensor.ts';
import { map } from './map.ts';
import { prefetch } from './prefetch.ts';
import { repeat } from './repeat.ts';
import { defineRows } from './rows.ts';
import { shuffle } from './shuffle.ts';
import { skip } from './skip.ts';
import { defineSource, passOf, type Source } from './source.ts';
import { subset } from './subset.ts';
import { take } from './take.ts';

let tensorsBefore = 0;
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors');
});

/** 0 to count - 1, and what became of the passes. */
function counted(count: number): Source<number> & { opened: number; closed: number; asked: number } {
  const log = { opened: 0, closed: 0, asked: 0 };
  const source = defineSource(async function* () {
    log.opened++;
    try {
      for (let i = 0; i < count; i++) {
        log.asked++;
        yield i;
      }
    } finally {
      log.closed++;
    }
  });
  return Object.assign(log, source);
}

/** Tensors with the values 0 to count - 1. */
const tensors = (count: number): Source<{ x: tf.Tensor }> =>
  defineSource(async function* () {
    for (let i = 0; i < count; i++) yield { x: tf.scalar(i) };
  });

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Reads and disposes batches of one tensor. */
async function read(source: AsyncIterable<Tree>): Promise<number[][]> {
  const out: number[][] = [];
  for await (const item of source) {
    const tensor = item as tf.Tensor;
    out.push([...tensor.dataSync()]);
    tensor.dispose();
  }
  return out;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const column = (count: number) => fromArrays(Int32Array.from(range(count)));

describe('every source', () => {
  test.each<[string, (source: Source<number>) => Source<unknown>]>([
    ['map', (source) => map(source, (x) => x + 1)],
    ['filter', (source) => filter(source, () => true)],
    ['shuffle', (source) => shuffle(source, key(0), { buffer: 3 })],
    ['take', (source) => take(source, 5)],
    ['skip', (source) => skip(source, 1)],
    ['repeat', (source) => repeat(source, 2)],
    ['concat', (source) => concat(source, source)],
    ['prefetch', (source) => prefetch(source, 2)],
  ])('%s makes a fresh pass each time, asks for nothing before, and closes its source when left early', async (_name, stage) => {
    const source = counted(10);
    const staged = stage(source);
    expect(source.asked).toBe(0);
    const first = await collect(passOf(staged, 0));
    expect(first.length).toBeGreaterThan(0);
    expect(await collect(passOf(staged, 0))).toEqual(first);
    expect(source.closed).toBe(source.opened);
    for await (const item of staged) if (item !== undefined) break;
    expect(source.closed).toBe(source.opened);
  });

  test.each<[string, (source: Source<number>) => Source<unknown>]>([
    ['map', (source) => map(source, (x) => x)],
    ['filter', (source) => filter(source, () => true)],
    ['shuffle', (source) => shuffle(source, key(0), { buffer: 2 })],
    ['take', (source) => take(source, 5)],
    ['skip', (source) => skip(source, 1)],
    ['repeat', (source) => repeat(source)],
    ['concat', (source) => concat(source, source)],
    ['prefetch', (source) => prefetch(source, 2)],
    ['batch', (source) => map(batch(source, 2), (x) => tf.dispose(x))],
  ])('%s hands an error on', async (_name, stage) => {
    const failing = map(counted(10), (x) => {
      if (x === 3) throw new Error('item 3');
      return x;
    });
    await expect(collect(stage(failing))).rejects.toThrow('item 3');
  });
});

describe('pass', () => {
  test('a plain loop counts epochs, and pass repeats one', async () => {
    const epochs = defineSource(async function* (epoch) {
      yield epoch;
    });
    expect([await collect(epochs), await collect(epochs), await collect(epochs.pass(7)), await collect(epochs)]).toEqual([
      [0],
      [1],
      [7],
      [2],
    ]);
    const mapped = map(epochs, (x) => 10 * x);
    expect([await collect(mapped), await collect(mapped), await collect(mapped.pass(7))]).toEqual([[0], [10], [70]]);
  });

  test('any async iterable is a source', async () => {
    const plain = {
      async *[Symbol.asyncIterator]() {
        yield* [1, 2, 3];
      },
    };
    expect(await collect(map(plain, (x) => 2 * x))).toEqual([2, 4, 6]);
  });
});

describe('map and filter', () => {
  test('give item and position, and may be async', async () => {
    expect(await collect(map(counted(3), async (x, position) => `${x}@${position}`))).toEqual(['0@0', '1@1', '2@2']);
    expect(await collect(filter(counted(6), async (x) => x % 2 === 0))).toEqual([0, 2, 4]);
    expect(await collect(filter(skip(counted(6), 2), (_, position) => position > 1))).toEqual([4, 5]);
  });

  test('dispose the tensors that are not handed on, also after an error', async () => {
    expect(await read(map(tensors(3), ({ x }) => tf.add(x, 1)))).toEqual([[1], [2], [3]]);
    expect(await read(map(tensors(2), ({ x }) => x))).toEqual([[0], [1]]);
    expect(
      await read(
        map(
          filter(tensors(4), ({ x }) => x.dataSync()[0] === 2),
          ({ x }) => x,
        ),
      ),
    ).toEqual([[2]]);
    const failing = map(tensors(3), (): number => {
      throw new Error('no');
    });
    await expect(collect(failing)).rejects.toThrow('no');
    await expect(
      collect(
        filter(tensors(3), () => {
          throw new Error('no');
        }),
      ),
    ).rejects.toThrow('no');
  });
});

describe('take, skip, repeat, concat', () => {
  test('take asks for no more than it needs', async () => {
    const source = counted(10);
    expect(await collect(take(source, 3))).toEqual([0, 1, 2]);
    expect(source.asked).toBe(3);
    expect(await collect(take(source, 0))).toEqual([]);
    expect(source.asked).toBe(3);
    expect(await collect(take(source, 99))).toHaveLength(10);
  });

  test('take and skip cut a pass in two', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.nat(25), fc.boolean(), async (count, cut, random) => {
        const rows = random ? shuffle(column(count), key(1)) : column(count);
        const numbers = async (source: AsyncIterable<HostTensor>): Promise<number[]> => (await collect(source)).map(({ value }) => value);
        expect([...(await numbers(passOf(take(rows, cut), 4))), ...(await numbers(passOf(skip(rows, cut), 4)))]).toEqual(
          await numbers(rows.pass(4)),
        );
        expect(take(rows, cut).length + skip(rows, cut).length).toBe(count);
        const stream = counted(count);
        expect([...(await collect(take(stream, cut))), ...(await collect(skip(stream, cut)))]).toEqual(range(count));
      }),
    );
  });

  test('repeat and concat put passes in a row', async () => {
    const epochs = defineSource(async function* (epoch) {
      yield epoch;
    });
    expect(await collect(repeat(epochs, 3))).toEqual([0, 1, 2]);
    expect(await collect(repeat(epochs, 3).pass(2))).toEqual([6, 7, 8]);
    expect(await collect(take(repeat(epochs).pass(5), 2))).toEqual([5, 6]);
    expect(await collect(repeat(epochs, 0))).toEqual([]);
    expect(await collect(concat(counted(2), counted(0), counted(3)))).toEqual([0, 1, 0, 1, 2]);
    expect(await collect(concat())).toEqual([]);
  });

  test('repeat for ever refuses an empty source instead of hanging', async () => {
    await expect(collect(repeat(counted(0)))).rejects.toThrow('repeat: expected a source with items, got an empty pass.');
    expect(await collect(repeat(counted(0), 3))).toEqual([]);
  });

  test('skip disposes what it skips', async () => {
    expect(await read(map(skip(tensors(3), 2), ({ x }) => x))).toEqual([[2]]);
  });
});

describe('shuffle', () => {
  test('rows: the order of an epoch is the permutation of foldIn(key, epoch)', async () => {
    const rows = shuffle(column(50), key(3));
    for (const epoch of [0, 1, 9]) {
      const drawn = (await collect(rows.pass(epoch))).map(({ value }) => value);
      expect(drawn).toEqual([...generator(foldIn(key(3), epoch)).permutation(50)]);
    }
    const [first, second] = [await read(batch(rows, 50)), await read(batch(rows, 50).pass(1))];
    expect(first).not.toEqual(second);
  });

  test('rows: shuffled twice is still a permutation', async () => {
    const twice = shuffle(shuffle(column(20), key(1)), key(2));
    expect([...twice.order(0)].sort((a, b) => a - b)).toEqual(range(20));
  });

  test('stream: every item once, none before its time, another order in each epoch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 50 }), fc.nat(99), async (count, buffer, epoch) => {
        const shuffled = shuffle(counted(count), key(5), { buffer });
        const drawn = await collect(shuffled.pass(epoch));
        expect([...drawn].sort((a, b) => a - b)).toEqual(range(count));
        expect(drawn.every((item, place) => item - place < buffer)).toBe(true);
        expect(await collect(shuffled.pass(epoch))).toEqual(drawn);
      }),
    );
    const shuffled = shuffle(counted(40), key(5), { buffer: 10 });
    expect(await collect(shuffled)).not.toEqual(await collect(shuffled));
  });

  test('stream: leaving early disposes the buffer', async () => {
    for await (const { x } of shuffle(tensors(10), key(0), { buffer: 4 })) {
      x.dispose();
      break;
    }
    let seen = 0;
    for await (const { x } of shuffle(tensors(4), key(0), { buffer: 4 })) {
      x.dispose();
      if (++seen === 2) break;
    }
  });
});

describe('batch', () => {
  test('rows and streams give the same batches', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(30), fc.integer({ min: 1, max: 12 }), fc.constantFrom('keep', 'drop'), async (count, size, remainder) => {
        const rows = shuffle(column(count), key(6));
        const options = { remainder } as const;
        const gathered = await read(batch(rows, size, options).pass(3));
        expect(gathered).toEqual(
          await read(
            batch(
              filter(rows, () => true),
              size,
              options,
            ).pass(3),
          ),
        );
        const kept = remainder === 'keep' ? count : count - (count % size);
        expect(gathered.flat()).toEqual([...rows.order(3)].slice(0, kept));
        expect(gathered.map((one) => one.length)).toEqual(range(Math.ceil(kept / size)).map((i) => Math.min(size, kept - i * size)));
      }),
    );
  });

  test('keeps the structure, shapes and types of the columns', async () => {
    const rows = fromArrays({
      image: hostTensor(Uint8Array.from(range(12)), [3, 2, 2]),
      label: new Int32Array([7, 8, 9]),
      nested: [new Float64Array([0.5, 1.5, 2.5]), hostTensor(new Uint8Array([1, 0, 1]), [3], 'bool')],
    });
    for (const source of [
      batch(rows, 2),
      batch(
        filter(rows, () => true),
        2,
      ),
    ]) {
      const [first, last] = await collect(source);
      const { image, label, nested } = first!;
      expect([image.shape, image.dtype, [...image.dataSync()]]).toEqual([[2, 2, 2], 'int32', [0, 1, 2, 3, 4, 5, 6, 7]]);
      expect([label.shape, label.dtype, [...label.dataSync()]]).toEqual([[2], 'int32', [7, 8]]);
      expect([nested[0]!.dtype, [...nested[0]!.dataSync()]]).toEqual(['float32', [0.5, 1.5]]);
      expect([nested[1]!.dtype, [...nested[1]!.dataSync()]]).toEqual(['bool', [1, 0]]);
      expect([last!.image.shape, [...last!.image.dataSync()]]).toEqual([
        [1, 2, 2],
        [8, 9, 10, 11],
      ]);
      tf.dispose([first, last] as never);
    }
  });

  test('does not share memory with the columns', async () => {
    const values = new Float32Array([1, 2]);
    for await (const x of batch(fromArrays(values), 2)) {
      values[0] = 99;
      expect([...x.dataSync()]).toEqual([1, 2]);
      x.dispose();
    }
  });

  test('stacks the rows of a stream and disposes their tensors', async () => {
    expect(
      await read(
        batch(
          map(tensors(3), ({ x }) => x),
          2,
        ),
      ),
    ).toEqual([[0, 1], [2]]);
    for await (const { x, host } of batch(
      map(tensors(2), ({ x }) => ({ x, host: 5 })),
      2,
    )) {
      expect([...x.dataSync(), ...host.dataSync()]).toEqual([0, 1, 5, 5]);
      tf.dispose([x, host]);
    }
  });

  test('an early end, a dropped remainder and an error leak nothing', async () => {
    for await (const x of batch(
      map(tensors(9), ({ x }) => x),
      2,
    )) {
      x.dispose();
      break;
    }
    expect(
      await read(
        batch(
          map(tensors(3), ({ x }) => x),
          2,
          { remainder: 'drop' },
        ),
      ),
    ).toEqual([[0, 1]]);
    const uneven = map(tensors(2), ({ x }, i) => (i === 0 ? tf.clone(x) : tf.ones([2])));
    await expect(read(batch(uneven, 2))).rejects.toThrow(
      'stackRows: expected rows of one shape and type, got float32 [] and float32 [2]. Crop, pad or convert them to the same.',
    );
  });
});

describe('prefetch', () => {
  test('keeps order and works ahead by count', async () => {
    const source = counted(10);
    const iterator = prefetch(source, 3)[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(source.asked).toBe(4);
    expect((await iterator.next()).value).toBe(1);
    await iterator.return?.();
    expect(source.closed).toBe(1);
    expect(await collect(prefetch(counted(10), 3))).toEqual(range(10));
    expect(await collect(prefetch(counted(0), 3))).toEqual([]);
  });

  test('an error comes in its place, after the items before it', async () => {
    const failing = map(counted(10), (x) => {
      if (x === 2) throw new Error('item 2');
      return x;
    });
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const x of prefetch(failing, 5)) seen.push(x);
      })(),
    ).rejects.toThrow('item 2');
    expect(seen).toEqual([0, 1]);
  });

  test('never has two requests under way', async () => {
    let busy = false;
    let left = 5;
    const strict: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        async next() {
          expect(busy).toBe(false);
          busy = true;
          await new Promise((resolve) => setTimeout(resolve, 1));
          busy = false;
          return left-- > 0 ? { done: false, value: left } : { done: true, value: undefined };
        },
      }),
    };
    expect(await collect(prefetch(strict, 3))).toEqual([4, 3, 2, 1, 0]);
  });

  test('leaving early disposes what was made ahead', async () => {
    for await (const { x } of prefetch(tensors(9), 4)) {
      x.dispose();
      break;
    }
  });
});

describe('rows', () => {
  test('subset chooses and repeats rows, also of a subset', async () => {
    const rows = subset(subset(column(10), [9, 8, 7, 6]), [3, 0, 0]);
    expect((await collect(rows)).map(({ value }) => value)).toEqual([6, 9, 9]);
    expect(await read(batch(rows, 5))).toEqual([[6, 9, 9]]);
  });

  test('subset refuses shuffled rows and indices that are not there', () => {
    expect(() => subset(shuffle(column(3), key(0)), [0])).toThrow(
      'subset: expected rows in a fixed order, got shuffled rows. Take the subset first, then shuffle it.',
    );
    for (const index of [-1, 3, 0.5, NaN]) {
      expect(() => subset(column(3), [index])).toThrow(`subset: expected indices from 0 to 2, got ${index}. Pass rows that exist.`);
    }
  });

  test('defineRows stacks what its function gives', async () => {
    const squares = defineRows({ length: 4, row: (i) => ({ x: i, square: Int32Array.of(i * i) }) });
    const [only] = await collect(batch(squares, 4));
    expect([only!.x.dtype, [...only!.x.dataSync()]]).toEqual(['float32', [0, 1, 2, 3]]);
    expect([only!.square.shape, [...only!.square.dataSync()]]).toEqual([
      [4, 1],
      [0, 1, 4, 9],
    ]);
    tf.dispose([only!.x, only!.square]);
  });
});

describe('options', () => {
  const rows = column(3);
  test.each<[string, () => unknown]>([
    ['batch: expected size to be an integer >= 1, got 0. Pass how many rows a batch has.', () => batch(rows, 0)],
    [
      "batch: expected remainder to be 'keep' or 'drop', got 'pad'. Pass one of the two.",
      () => batch(rows, 1, { remainder: 'pad' as never }),
    ],
    [
      'shuffle: expected buffer to be an integer >= 1, got 0. Pass how many items to choose among.',
      () => shuffle(counted(3), key(0), { buffer: 0 }),
    ],
    ['take: expected count to be an integer >= 0, got -1. Pass how many items to take.', () => take(rows, -1)],
    ['skip: expected count to be an integer >= 0, got 1.5. Pass how many items to leave out.', () => skip(rows, 1.5)],
    ['repeat: expected count to be an integer >= 0 or Infinity, got NaN. Pass how many passes to make.', () => repeat(rows, NaN)],
    ['prefetch: expected count to be an integer >= 1, got 0. Pass how many items to make ahead.', () => prefetch(rows, 0)],
  ])('%s', (message, act) => {
    expect(act).toThrow(message);
  });
});

describe('passFrom', () => {
  const rows = fromArrays({ x: Int32Array.from({ length: 23 }, (_, i) => i) });
  const stream = (): Source<{ x: tf.Tensor }> => tensors(23);
  const stages: [string, (source: AsyncIterable<{ x: tf.Tensor }>) => Source<{ x: tf.Tensor }>][] = [
    ['map', (source) => map(source, ({ x }, position) => ({ x: tf.tidy(() => tf.add(x, 100 * position)) }))],
    ['prefetch', (source) => prefetch(source, 2)],
    ['filter', (source) => filter(source, (_item, position) => position % 3 !== 0)],
    ['skip', (source) => skip(source, 2)],
    ['take', (source) => take(source, 4)],
    ['repeat', (source) => repeat(source, 2)],
    ['concat', (source) => concat(source, source)],
    ['shuffle', (source) => shuffle(source, key(5), { buffer: 3 })],
  ];

  async function* columns(items: AsyncIterable<{ x: tf.Tensor }>): AsyncGenerator<tf.Tensor> {
    for await (const { x } of items) yield x;
  }

  test.each(stages)('%s goes on as if the first items had been taken', async (_name, stage) => {
    for (const source of [batch(shuffle(rows, key(3)), 4), batch(shuffle(stream(), key(3), { buffer: 5 }), 4)]) {
      const staged = stage(source);
      for (const epoch of [0, 2]) {
        const whole = await read(columns(staged.pass(epoch)));
        for (const start of [0, 1, 3, whole.length, whole.length + 1]) {
          expect(await read(columns(staged.passFrom(epoch, start)))).toEqual(whole.slice(start));
        }
      }
    }
  });

  test('rows are left out without being made', async () => {
    const made: number[] = [];
    const logged = defineRows({ length: 10, row: (index) => (made.push(index), index) });
    const staged = prefetch(map(batch(logged, 2), (x) => x));
    expect(await read(staged.passFrom(0, 3))).toEqual([
      [6, 7],
      [8, 9],
    ]);
    expect(made).toEqual([6, 7, 8, 9]);
    expect(await collect(logged.passFrom(0, 8))).toEqual([8, 9]);
  });

  test('passOf leaves out items of any other iterable too', async () => {
    async function* plain(): AsyncGenerator<number> {
      yield* [1, 2, 3];
    }
    expect(await collect(passOf(plain(), 0, 2))).toEqual([3]);
    const own = { pass: (epoch: number) => counted(epoch), [Symbol.asyncIterator]: () => plain() };
    expect(await collect(passOf(own, 4, 1))).toEqual([1, 2, 3]);
  });
});
