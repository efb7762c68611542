import type { WasmHost } from '@kumiko/backend';

/**
 * Lends `body` one piece of the heap for each size, in bytes, and takes them back when it returns or throws. A size of 0 gives the pointer 0.
 * The pieces hold whatever was there before.
 */
export function withScratch<Sizes extends readonly number[], Result>(
  host: WasmHost,
  sizes: readonly [...Sizes],
  body: (...pointers: { [Index in keyof Sizes]: number }) => Result,
): Result {
  // The most frequent case, without lists.
  if (sizes.length === 1) {
    const pointer = sizes[0]! > 0 ? host.alloc(sizes[0]!) : 0;
    try {
      return (body as (pointer: number) => Result)(pointer);
    } finally {
      if (pointer !== 0) host.free(pointer);
    }
  }
  const pointers: number[] = [];
  try {
    for (const size of sizes) pointers.push(size > 0 ? host.alloc(size) : 0);
    return body(...(pointers as { [Index in keyof Sizes]: number }));
  } finally {
    for (const pointer of pointers) if (pointer !== 0) host.free(pointer);
  }
}
