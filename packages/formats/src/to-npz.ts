import { scalar, type Tensor } from '@tensorflow/tfjs-core';
import { check, flatten, type Tree } from '@kumiko/core';
import { STRUCTURE_KEY } from './structure-key.ts';
import { toNpy } from './to-npy.ts';
import { describeStructure } from './tree-structure.ts';
import { writeZip } from './write-zip.ts';

const SYMBOL = 'toNpz';

/**
 * A tree as the bytes of a `.npz` file, which `numpy.load` reads: an array for each tensor, named by its path, not compressed.
 * Where names do not say everything (arrays, empty nodes), the structure is kept in one more array, the text `kumiko.structure`.
 * Equal trees make equal bytes. Reads the tensors, and disposes none.
 *
 * @param tree of tensors of any type, as `toNpy` writes them
 * @throws KumikoError when a name is `__proto__`, empty or contains `/`, or there are 4 GiB or more
 * @example
 * const bytes = await toNpz({ dense: { kernel: tf.zeros([4, 2]), bias: tf.zeros([2]) } }); // 'dense/kernel' and 'dense/bias' in Python
 * @see https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 */
export async function toNpz(tree: Tree): Promise<Uint8Array> {
  const structure = describeStructure(SYMBOL, tree);
  const named = flatten<Tensor>(tree);
  check(
    named.every(({ name }) => name !== STRUCTURE_KEY),
    SYMBOL,
    () => `expected another name than '${STRUCTURE_KEY}', got that. Rename the tensor.`,
  );
  // All are asked for before the first answer, so that what happens to the tree meanwhile does not show.
  const arrays = await Promise.all(named.map(async ({ name, leaf }) => ({ name: `${name}.npy`, bytes: await toNpy(leaf) })));
  if (structure === undefined) return writeZip(SYMBOL, arrays);
  const text = scalar(structure, 'string');
  try {
    return writeZip(SYMBOL, [...arrays, { name: `${STRUCTURE_KEY}.npy`, bytes: await toNpy(text) }]);
  } finally {
    text.dispose();
  }
}
