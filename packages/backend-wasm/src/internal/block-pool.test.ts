import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { wasm } from '../wasm.ts';
import { BlockPool, blockSize } from './block-pool.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  [0, 16],
  [1, 16],
  [16, 16],
  [17, 32],
  [128, 128],
  [129, 144],
  [1000, 1024],
  [1025, 1152],
  [2 ** 23, 2 ** 23],
  [2 ** 23 + 1, 2 ** 23 + 2 ** 20],
  [100_000_000, 96 * 2 ** 20],
])('%i bytes take a block of %i', (bytes, size) => expect(blockSize(bytes)).toBe(size));

test('a block wastes at most an eighth', () => {
  for (let bytes = 128; bytes < 2 ** 32; bytes = Math.ceil(bytes * 1.01)) {
    expect(blockSize(bytes)).toBeGreaterThanOrEqual(bytes);
    expect(blockSize(bytes) / bytes).toBeLessThanOrEqual(9 / 8);
  }
});

/** An allocator with so much room, which writes down what it is asked for. */
function recorder(room: number) {
  const live = new Map<number, number>();
  const calls: string[] = [];
  let next = 16;
  const allocator = {
    malloc(bytes: number): number {
      calls.push(`malloc ${bytes}`);
      if ([...live.values()].reduce((sum, size) => sum + size, bytes) > room) return 0;
      live.set(next, bytes);
      next += bytes;
      return next - bytes;
    },
    free(pointer: number): void {
      calls.push(`free ${live.get(pointer)}`);
      live.delete(pointer);
    },
  };
  return { allocator, calls };
}

/** A plain allocator with so much room, which looks for the first gap that is large enough. */
function firstFit(room: number) {
  const blocks: { readonly start: number; readonly size: number }[] = [];
  return {
    malloc(size: number): number {
      let start = 16;
      let i = 0;
      for (; i < blocks.length && (blocks[i] as { start: number }).start - start < size; i++) {
        const block = blocks[i] as { start: number; size: number };
        start = block.start + block.size;
      }
      if (start + size > room) return 0;
      blocks.splice(i, 0, { start, size });
      return start;
    },
    free(pointer: number): void {
      const at = blocks.findIndex(({ start }) => start === pointer);
      if (at < 0 && pointer !== 0) throw new Error(`${pointer} is not in use`);
      if (at >= 0) blocks.splice(at, 1);
    },
    sizeOf: (pointer: number) => blocks.find(({ start }) => start === pointer)?.size,
    bytes: () => blocks.reduce((sum, { size }) => sum + size, 0),
  };
}

describe('BlockPool', () => {
  test('a block that was given back is taken again for a size close to its own', () => {
    const { allocator, calls } = recorder(Infinity);
    const pool = new BlockPool(allocator, 4096);
    const first = pool.malloc(1000);
    pool.free(first);
    expect(pool.keptBytes).toBe(1024);
    expect(pool.malloc(1020)).toBe(first);
    expect(pool.keptBytes).toBe(0);
    expect(pool.malloc(1000)).not.toBe(first);
    expect(calls).toEqual(['malloc 1024', 'malloc 1024']);
  });

  test('what is kept is bounded', () => {
    const { allocator, calls } = recorder(Infinity);
    const pool = new BlockPool(allocator, 2048);
    [pool.malloc(1024), pool.malloc(1024), pool.malloc(1024)].forEach((pointer) => pool.free(pointer));
    expect(pool.keptBytes).toBe(2048);
    expect(calls.slice(3)).toEqual(['free 1024']);
  });

  test('what is kept is given back before an allocation fails', () => {
    const { allocator, calls } = recorder(4096);
    const pool = new BlockPool(allocator, 4096);
    [pool.malloc(1024), pool.malloc(2048)].forEach((pointer) => pool.free(pointer));
    expect(pool.malloc(4096)).toBeGreaterThan(0);
    expect(pool.keptBytes).toBe(0);
    expect(calls.slice(2)).toEqual(['malloc 4096', 'free 1024', 'free 2048', 'malloc 4096']);
    expect(pool.malloc(16)).toBe(0);
  });

  test('pointers of others go to whom they came from, and pointers above 2 GiB come in both signs', () => {
    const calls: number[] = [];
    const pool = new BlockPool({ malloc: () => 0x9000_0000 | 0, free: (pointer) => void calls.push(pointer) }, 4096);
    pool.free(48);
    expect(calls).toEqual([48]);
    const block = pool.malloc(16);
    expect(block).toBe(0x9000_0000);
    pool.free(block | 0);
    expect(pool.keptBytes).toBe(16);
  });

  test('the heap does not grow for a block while others are kept', () => {
    const asked: unknown[] = [];
    let next = 0;
    const malloc = (bytes: number, mayGrow = true): number => {
      asked.push([bytes, mayGrow]);
      return mayGrow ? (next += 4096) : 0;
    };
    const pool = new BlockPool({ malloc, free: (pointer) => void asked.push(pointer) }, 2 ** 20);
    pool.free(pool.malloc(1024));
    expect(pool.malloc(2048)).toBe(8192);
    expect(asked).toEqual([[1024, true], [2048, false], 4096, [2048, true]]);
  });

  test('a block that is free already is not freed again', () => {
    const pool = new BlockPool(recorder(Infinity).allocator, 4096);
    const block = pool.malloc(64);
    pool.free(block);
    expect(() => pool.free(block)).toThrow(`wasm: expected a pointer to memory in use, got ${block}, which is free. Free it once.`);
    expect([pool.keptBytes, pool.malloc(64), pool.malloc(64) === block]).toEqual([64, block, false]);
  });

  test.each([-1, Number.NaN, -Infinity])('%d bytes are not to be had', (bytes) => {
    const { allocator, calls } = recorder(Infinity);
    expect([new BlockPool(allocator, 4096).malloc(bytes), ...calls]).toEqual([0]);
  });

  test('in any order of calls no two blocks overlap, and none is lost', () => {
    const size = fc.oneof(fc.constantFrom(0, 1, 15, 16, 17, 4096, 200_000), fc.integer({ min: 0, max: 20_000 }));
    const call = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('malloc' as const), size }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constantFrom('free' as const, 'freeTwice' as const, 'foreign' as const), at: fc.nat() }),
      },
    );
    fc.assert(
      fc.property(fc.array(call, { maxLength: 200 }), fc.integer({ min: 0, max: 40_000 }), (calls, limit) => {
        const heap = firstFit(100_000);
        const pool = new BlockPool(heap, limit);
        const used = new Map<number, number>();
        for (const { kind, ...rest } of calls) {
          const pointers = [...used.keys()];
          const pointer = pointers['at' in rest ? rest.at % Math.max(1, pointers.length) : 0] as number;
          if (kind === 'malloc' && 'size' in rest) {
            const block = pool.malloc(rest.size);
            // There is none only where nothing is kept, and no room is left.
            if (block === 0) expect([pool.keptBytes, heap.malloc(blockSize(rest.size))]).toEqual([0, 0]);
            else {
              expect(heap.sizeOf(block)).toBeGreaterThanOrEqual(rest.size);
              expect(used.has(block)).toBe(false);
              used.set(block, rest.size);
            }
          } else if (kind === 'foreign') {
            const foreign = heap.malloc(32);
            pool.free(foreign);
            expect(heap.sizeOf(foreign)).toBeUndefined();
          } else if (pointer !== undefined) {
            pool.free(pointer);
            used.delete(pointer);
            if (kind === 'freeTwice' && heap.sizeOf(pointer) !== undefined) expect(() => pool.free(pointer)).toThrow('which is free');
          }
          expect(pool.keptBytes).toBeLessThanOrEqual(limit);
          expect(heap.bytes()).toBe([...used.keys()].reduce((sum, block) => sum + (heap.sizeOf(block) as number), pool.keptBytes));
        }
        for (const block of used.keys()) pool.free(block);
        pool.release();
        expect([pool.keptBytes, heap.bytes()]).toEqual([0, 0]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('a size that no pointer reaches does not become a small one', () => {
    const { allocator, calls } = recorder(Infinity);
    const pool = new BlockPool(allocator, 4096);
    expect(pool.malloc(2 ** 32)).toBe(0);
    expect(pool.malloc(2 ** 32 + 16)).toBe(0);
    expect(calls).toEqual([]);
  });
});

test("steady training does not call Emscripten's allocator", async () => {
  let mallocs = 0;
  const { instantiate } = WebAssembly;
  vi.spyOn(WebAssembly, 'instantiate').mockImplementationOnce((async (binary: WebAssembly.Module, imports: WebAssembly.Imports) => {
    const { exports } = await instantiate(binary, imports);
    const malloc = exports['malloc'] as (bytes: number) => number;
    const counted = (bytes: number): number => {
      mallocs++;
      return malloc(bytes);
    };
    return { exports: { ...exports, malloc: counted } };
  }) as unknown as typeof WebAssembly.instantiate);
  const backend = await selectBackend([wasm({ threads: 1 })]);
  try {
    let params = [tf.ones([20, 30]), tf.zeros([30]), tf.ones([30, 4])];
    const x = tf.ones([8, 20]);
    const step = (): void => {
      const next = tf.tidy(() => {
        const loss = (w: tf.Tensor, b: tf.Tensor, v: tf.Tensor): tf.Tensor =>
          tf.mean(tf.square(tf.matMul(tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b)), v as tf.Tensor2D)));
        return tf
          .grads(loss)(params)
          .map((gradient, i) => tf.sub(params[i] as tf.Tensor, tf.mul(gradient, 0.01)));
      });
      tf.dispose(params);
      params = next;
    };
    for (let i = 0; i < 3; i++) step();
    const [before, { numTensors, numBytes }] = [mallocs, tf.memory()];
    expect(before).toBeGreaterThan(10);
    for (let i = 0; i < 20; i++) step();
    expect(mallocs).toBe(before);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  } finally {
    await backend.dispose();
  }
});
