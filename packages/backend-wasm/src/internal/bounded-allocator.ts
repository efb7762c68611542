import { type Allocator, LARGEST_PIECE } from './heap.ts';

/**
 * Emscripten's allocator, kept from handing out memory that does not exist: it adds the size that is asked for to the address of a free piece
 * without seeing that the sum passes 4 GiB, and so takes a small piece near the end of the heap for one that is large enough.
 *
 * @param allocator its small pieces are held while it looks on, and given back
 */
export function boundAllocator({ malloc, free }: Allocator): Allocator {
  return {
    malloc(bytes, mayGrow) {
      if (!(bytes <= LARGEST_PIECE)) return 0;
      let pointer = malloc(bytes, mayGrow) >>> 0;
      if (pointer + bytes < 2 ** 32) return pointer;
      const small: number[] = [];
      while (pointer + bytes >= 2 ** 32) {
        small.push(pointer);
        pointer = malloc(bytes, mayGrow) >>> 0;
      }
      for (const piece of small) free(piece);
      return pointer;
    },
    free,
  };
}
