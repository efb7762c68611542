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
  /** Pointers to those that nobody uses. */
  readonly free: number[];
}

/**
 * Blocks that were given back, kept by size in front of another allocator: a program that repeats itself, as training does, no longer calls it.
 *
 * A pointer that the other allocator gave to somebody else may be freed here too. What is kept is bounded, and all given back when the other
 * allocator has no room.
 */
export class BlockPool implements Allocator {
  readonly #allocator: Allocator;
  readonly #limit: number;
  /** By pointer, of every block that came from here. */
  readonly #owners = new Map<number, Blocks>();
  /** One for each size, in the order of sizes. */
  readonly #blocks: (Blocks | undefined)[] = [];
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
    if (!(bytes <= LARGEST_PIECE)) return 0;
    const blocks = this.#blocksFor(bytes);
    const kept = blocks.free.pop();
    if (kept !== undefined) {
      this.#kept -= blocks.size;
      return kept;
    }
    let pointer = this.#allocator.malloc(blocks.size) >>> 0;
    if (pointer === 0 && this.#kept > 0) {
      this.release();
      pointer = this.#allocator.malloc(blocks.size) >>> 0;
    }
    if (pointer !== 0) this.#owners.set(pointer, blocks);
    return pointer;
  }

  free(pointer: number): void {
    const blocks = this.#owners.get(pointer >>> 0);
    if (blocks === undefined) this.#allocator.free(pointer);
    else if (this.#kept + blocks.size > this.#limit) this.#giveBack(pointer >>> 0);
    else {
      blocks.free.push(pointer >>> 0);
      this.#kept += blocks.size;
    }
  }

  /** Gives every block that nobody uses back to the other allocator. */
  release(): void {
    for (const blocks of this.#blocks) for (const pointer of blocks?.free.splice(0) ?? []) this.#giveBack(pointer);
    this.#kept = 0;
  }

  #blocksFor(bytes: number): Blocks {
    const atLeast = Math.max(bytes, 1);
    const shift = stepShift(atLeast);
    // Eight sizes for each step, and more for the largest step.
    const index = 8 * (shift - LEAST_SHIFT) + Math.ceil(atLeast / (1 << shift));
    return (this.#blocks[index] ??= { size: blockSize(bytes), free: [] });
  }

  #giveBack(pointer: number): void {
    this.#owners.delete(pointer);
    this.#allocator.free(pointer);
  }
}
