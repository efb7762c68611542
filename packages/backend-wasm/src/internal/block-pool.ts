import { KumikoError } from '@kumiko/core';
import { type Allocator, LARGEST_PIECE } from './heap.ts';

/** Blocks differ by 16 bytes at least, and are aligned to it. */
const LEAST_SHIFT = 4;

/** Blocks differ by a mebibyte at most, so that large ones waste little. */
const MOST_SHIFT = 20;

/** The binary logarithm of the step between blocks for about so many bytes: a sixteenth to an eighth of them. */
function stepShift(bytes: number): number {
  return Math.max(LEAST_SHIFT, Math.min(MOST_SHIFT, 28 - Math.clz32(bytes - 1)));
}

/**
 * The size of the block for so many bytes: a multiple of a sixteenth to an eighth of it, so that sizes that differ by little share blocks.
 *
 * @param bytes in [0, 2^32)
 * @example
 * blockSize(1000); // 1024
 */
export function blockSize(bytes: number): number {
  const atLeast = Math.max(bytes, 1);
  const step = 1 << stepShift(atLeast);
  return Math.ceil(atLeast / step) * step;
}

/** Blocks of one size. */
interface Blocks {
  readonly size: number;
  /** Those that nobody uses. */
  readonly free: Block[];
}

interface Block {
  readonly pointer: number;
  readonly blocks: Blocks;
  isFree: boolean;
}

/**
 * Blocks that were given back, kept by size in front of another allocator: a program that repeats itself, as training does, no longer calls it.
 *
 * A pointer that the other allocator gave to somebody else may be freed here too. What is kept is bounded, and all given back before the heap
 * grows: programs whose sizes change at random have needed at most two and a half times what they held at once.
 */
export class BlockPool implements Allocator {
  readonly #allocator: Allocator;
  readonly #limit: number;
  /** Every block that came from here, by pointer. */
  readonly #blocks = new Map<number, Block>();
  /** In the order of sizes. */
  readonly #sizes: (Blocks | undefined)[] = [];
  #kept = 0;

  /** @param limit the most bytes that are kept */
  constructor(allocator: Allocator, limit: number) {
    this.#allocator = allocator;
    this.#limit = limit;
  }

  /** Bytes in blocks that nobody uses. */
  get keptBytes(): number {
    return this.#kept;
  }

  /** A block of at least so many bytes, or 0 when there is no room. */
  malloc(bytes: number): number {
    if (!(bytes >= 0 && bytes <= LARGEST_PIECE)) return 0;
    const blocks = this.#blocksFor(bytes);
    const kept = blocks.free.pop();
    if (kept !== undefined) {
      this.#kept -= blocks.size;
      kept.isFree = false;
      return kept.pointer;
    }
    // Before the heap grows, what is kept makes room: it would else grow by what was once needed in other sizes.
    let pointer = this.#allocator.malloc(blocks.size, this.#kept === 0) >>> 0;
    if (pointer === 0 && this.#kept > 0) {
      this.release();
      pointer = this.#allocator.malloc(blocks.size) >>> 0;
    }
    if (pointer !== 0) this.#blocks.set(pointer, { pointer, blocks, isFree: false });
    return pointer;
  }

  /** @throws KumikoError when the block is free already: two would get it next */
  free(pointer: number): void {
    const block = this.#blocks.get(pointer >>> 0);
    if (block === undefined) {
      this.#allocator.free(pointer);
      return;
    }
    if (block.isFree) refuse(block);
    const { blocks } = block;
    if (this.#kept + blocks.size > this.#limit) {
      this.#giveBack(block);
      return;
    }
    block.isFree = true;
    blocks.free.push(block);
    this.#kept += blocks.size;
  }

  /** Gives every block that nobody uses back to the other allocator. */
  release(): void {
    for (const blocks of this.#sizes) for (const block of blocks?.free.splice(0) ?? []) this.#giveBack(block);
    this.#kept = 0;
  }

  #blocksFor(bytes: number): Blocks {
    const atLeast = Math.max(bytes, 1);
    const shift = stepShift(atLeast);
    // Eight sizes for each step, and more for the largest step.
    const index = 8 * (shift - LEAST_SHIFT) + Math.ceil(atLeast / (1 << shift));
    return (this.#sizes[index] ??= { size: blockSize(bytes), free: [] });
  }

  #giveBack({ pointer }: Block): void {
    this.#blocks.delete(pointer);
    this.#allocator.free(pointer);
  }
}

function refuse({ pointer }: Block): never {
  throw new KumikoError('wasm', `expected a pointer to memory in use, got ${pointer}, which is free. Free it once.`);
}
