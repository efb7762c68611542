import type { Allocator } from './heap.ts';

/** The end of what a pointer reaches, less a page: larger blocks would be taken for small ones. */
const LARGEST = 2 ** 32 - 2 ** 16;

/** Blocks differ by this at least, and are aligned to it. */
const LEAST_STEP = 16;

/** Blocks differ by this at most, so that large ones waste little. */
const MOST_STEP = 2 ** 20;

/**
 * The size of the block for so many bytes: a multiple of a sixteenth to an eighth of it, so that sizes that differ by little share blocks.
 *
 * @example
 * blockSize(1000); // 1024
 */
export function blockSize(bytes: number): number {
  const step = Math.max(LEAST_STEP, Math.min(MOST_STEP, 2 ** (28 - Math.clz32(Math.max(bytes, 1) - 1))));
  return Math.max(1, Math.ceil(bytes / step)) * step;
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
  readonly #sizes = new Map<number, number>();
  /** Pointers to free blocks, by size. */
  readonly #free = new Map<number, number[]>();
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
    const size = blockSize(bytes);
    if (size > LARGEST) return 0;
    const kept = this.#free.get(size)?.pop();
    if (kept !== undefined) {
      this.#kept -= size;
      return kept;
    }
    let pointer = this.#allocator.malloc(size) >>> 0;
    if (pointer === 0 && this.#kept > 0) {
      this.release();
      pointer = this.#allocator.malloc(size) >>> 0;
    }
    if (pointer !== 0) this.#sizes.set(pointer, size);
    return pointer;
  }

  free(pointer: number): void {
    const size = this.#sizes.get(pointer >>> 0);
    if (size === undefined) this.#allocator.free(pointer);
    else if (this.#kept + size > this.#limit) this.#giveBack(pointer >>> 0);
    else {
      const blocks = this.#free.get(size);
      if (blocks === undefined) this.#free.set(size, [pointer >>> 0]);
      else blocks.push(pointer >>> 0);
      this.#kept += size;
    }
  }

  /** Gives every block that nobody uses back to the other allocator. */
  release(): void {
    for (const blocks of this.#free.values()) blocks.forEach((pointer) => this.#giveBack(pointer));
    this.#free.clear();
    this.#kept = 0;
  }

  #giveBack(pointer: number): void {
    this.#sizes.delete(pointer);
    this.#allocator.free(pointer);
  }
}
