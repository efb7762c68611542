import { createHash } from 'node:crypto';
import type { Tensor } from '@tensorflow/tfjs-core';
import { flatten, formatShape, type Tree } from '@kumiko/core';

/** The first 16 hexadecimal digits of the SHA-256 of a tree's names, shapes and values: equal trees to the bit have equal digests. */
export async function digest(tree: Tree): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, leaf } of flatten<Tensor>(tree)) {
    const { buffer, byteOffset, byteLength } = await leaf.data();
    hash.update(`${name} ${leaf.dtype} ${formatShape(leaf.shape)}\n`).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}
