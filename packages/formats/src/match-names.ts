import { clone, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { check, flatten, formatShape, keepTree, mapTreeWithNames, type Tree } from '@kumiko/core';

/** Where a leaf comes from: a tensor's name, or the name and the order in which its axes are to stand. */
export type NamedSource = string | { readonly name: string; readonly axes: readonly number[] };

/** Options of {@link matchNames}. */
export interface MatchNamesOptions {
  /** What becomes of tensors that no leaf asks for: `'throw'` (default) or `'ignore'`. */
  readonly unused?: 'throw' | 'ignore';
}

const SYMBOL = 'matchNames';

/**
 * The tensors of one tree in the structure of another: how weights of another framework come into a model. Disposes nothing; the
 * tensors of the result are new.
 *
 * PyTorch keeps a dense kernel as `[out, in]` (axes `[1, 0]`) and one of a convolution as `[out, in, height, width]` (axes `[2, 3, 1, 0]`).
 *
 * @param target has the structure, shapes and types to fill, for example the parameters of a fresh model
 * @param source has the tensors, for example what `fromSafetensors` gave
 * @param from tells the source's name of each leaf's name; names are paths joined by `/`
 * @throws KumikoError when a name is not in the source, a shape or type differs, or tensors are left over
 * @example
 * const target = { dense: { kernel: tf.zeros([3, 2]), bias: tf.zeros([2]) } };
 * const source = { 'fc.weight': tf.ones([2, 3]), 'fc.bias': tf.ones([2]) };
 * const loaded = matchNames(target, source, (name) => (name === 'dense/kernel' ? { name: 'fc.weight', axes: [1, 0] } : 'fc.bias'));
 * loaded; // { dense: { kernel: [[1, 1], [1, 1], [1, 1]], bias: [1, 1] } }
 */
export function matchNames<T extends Tree>(
  target: T,
  source: Tree,
  from: (name: string) => NamedSource,
  { unused = 'throw' }: MatchNamesOptions = {},
): T {
  const given = new Map(flatten<Tensor>(source).map(({ name, leaf }) => [name, leaf]));
  const used = new Set<string>();
  return tidy(() => {
    const matched = mapTreeWithNames<Tensor, Tensor>((leafName, leaf) => {
      const wanted = from(leafName);
      const { name, axes } = typeof wanted === 'string' ? { name: wanted, axes: undefined } : wanted;
      const found = given.get(name);
      check(
        found !== undefined,
        SYMBOL,
        () => `expected a tensor '${name}' for '${leafName}', got ${listed([...given.keys()])}. Map another name.`,
      );
      used.add(name);
      const shape = axes === undefined ? found.shape : axes.map((axis) => found.shape[axis] ?? -1);
      check(
        found.dtype === leaf.dtype && (axes === undefined || axes.length === found.rank) && formatShape(shape) === formatShape(leaf.shape),
        SYMBOL,
        () =>
          `expected ${leaf.dtype} ${formatShape(leaf.shape)} for '${leafName}', got ${found.dtype} ${formatShape(shape)} from '${name}'. Pass the order of its axes, or another model.`,
      );
      return axes === undefined ? clone(found) : transpose(found, [...axes]);
    }, target);
    const left = [...given.keys()].filter((name) => !used.has(name));
    check(
      unused === 'ignore' || left.length === 0,
      SYMBOL,
      () => `expected every tensor to be used, got ${listed(left)} left over. Map them, or pass { unused: 'ignore' }.`,
    );
    return keepTree(matched) as T;
  });
}

/** At most five names, for a message. */
function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, 5)
    .map((name) => `'${name}'`)
    .join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown || 'none';
}
