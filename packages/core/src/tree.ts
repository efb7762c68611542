import type { Tensor } from '@tensorflow/tfjs-core';
import { check } from './check.ts';

/**
 * The one currency of Kumiko: a tensor, or an array or a record of trees.
 * Parameters, gradients, optimizer state, layer state, metric state, batches and checkpoints are all trees.
 */
export type Tree = TreeOf<Tensor>;

/** A tree whose leaves are of type `L`; shapes, names and masks of a tree of tensors have this form. Arrays are not `readonly`, or `tf.tidy` would refuse to return a tree. */
export type TreeOf<L> = L | TreeOf<L>[] | { readonly [name: string]: TreeOf<L> };

/** The same tree with other leaves. */
export type MapTree<T, L, M> = T extends L ? M : { [K in keyof T]: MapTree<T[K], L, M> };

/** A leaf and its path, the names joined by `/`: `encoder/0/kernel`. */
export interface NamedLeaf<L> {
  readonly name: string;
  readonly leaf: L;
}

type Container<L> = TreeOf<L>[] | { readonly [name: string]: TreeOf<L> };

/** Deeper than any model, and shallow enough for every engine's stack. */
const MAX_DEPTH = 1000;

/**
 * Whether a value is an inner node of a tree. Only arrays and plain records are;
 * everything else (a tensor, a number, a typed array, an instance of a class) is a leaf.
 *
 * @example
 * isTreeNode({ kernel: 1 }); // true
 * isTreeNode(new Float32Array(2)); // false
 */
export function isTreeNode<L>(node: TreeOf<L>): node is TreeOf<L>[] | { readonly [name: string]: TreeOf<L> } {
  return Array.isArray(node) || [Object.prototype, null].includes(Object.getPrototypeOf(node ?? 0) as null);
}

function checkDepth(symbol: string, depth: number): void {
  check(
    depth <= MAX_DEPTH,
    symbol,
    () => `expected a tree at most ${MAX_DEPTH} levels deep, got a deeper one. Make sure that no array or record contains itself.`,
  );
}

function entries<L>(node: Container<L>): [string, TreeOf<L>][] {
  return Object.entries(node as Record<string, TreeOf<L>>);
}

function child<L>(node: TreeOf<L>, key: string): TreeOf<L> {
  return (node as Record<string, TreeOf<L>>)[key] as TreeOf<L>;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}/${key}`;
}

/** Walks trees of one structure, at most `MAX_DEPTH` deep, together. Without `fn` the leaves are tensors, whose shapes must be equal too. */
function mapNodes(
  symbol: string,
  nodes: readonly TreeOf<unknown>[],
  fn?: (name: string, ...leaves: never[]) => unknown,
  path: readonly string[] = [],
): unknown {
  const [node] = nodes as [TreeOf<unknown>];
  const forms = nodes.map((each) => {
    if (isTreeNode(each)) return `one of ${JSON.stringify(Array.isArray(each) ? each.length : Object.keys(each).sort())}`;
    return fn ? 'a leaf' : `[${(each as Tensor | undefined)?.shape as unknown as string}]`;
  });
  check(
    forms.every((form) => form === forms[0]) && path.length <= 1000,
    symbol,
    () =>
      `expected trees of one structure, got ${forms.join(' and ')} at '${path.join('/')}'. Pass equal names and shapes, at most 1000 deep.`,
  );
  if (!isTreeNode(node)) return fn?.(path.join('/'), ...(nodes as never[]));
  // Copies define own properties, so that a name such as __proto__ is a name and no prototype.
  const out = (Array.isArray(node) ? [...node] : { ...node }) as Record<string, unknown>;
  for (const key in out) {
    out[key] = mapNodes(
      symbol,
      nodes.map((each) => (each as Record<string, unknown>)[key]),
      fn,
      [...path, key],
    );
  }
  return out;
}

/**
 * Applies `fn` to every leaf and keeps the structure: `out[path] = fn(tree[path], rest[0][path], ...)`.
 * Records match by name, whatever the order of their names; the result has the first tree's order.
 *
 * @throws KumikoError when the structures differ; it names the path
 * @example
 * mapTree((x: number, y: number) => x + y, { a: 1, b: [2, 3] }, { b: [20, 30], a: 10 }); // { a: 11, b: [22, 33] }
 */
export function mapTree<M, A>(fn: (leaf: A) => M, tree: TreeOf<A>): TreeOf<M>;
export function mapTree<M, A, B>(fn: (a: A, b: B) => M, a: TreeOf<A>, b: TreeOf<B>): TreeOf<M>;
export function mapTree<M, A, B, C>(fn: (a: A, b: B, c: C) => M, a: TreeOf<A>, b: TreeOf<B>, c: TreeOf<C>): TreeOf<M>;
export function mapTree<M, A, B, C, D>(
  fn: (a: A, b: B, c: C, d: D) => M,
  a: TreeOf<A>,
  b: TreeOf<B>,
  c: TreeOf<C>,
  d: TreeOf<D>,
): TreeOf<M>;
export function mapTree(fn: (...leaves: never[]) => unknown, ...trees: TreeOf<unknown>[]): unknown {
  return mapNodes('mapTree', trees, (_name, ...leaves) => fn(...leaves));
}

/**
 * {@link mapTree} with the leaf's name, its path joined by `/`.
 *
 * @throws KumikoError when the structures differ; it names the path
 * @example
 * mapTreeWithNames((name: string, x: number) => `${name}=${x}`, { a: 1, b: [2] }); // { a: 'a=1', b: ['b/0=2'] }
 */
export function mapTreeWithNames<M, A>(fn: (name: string, leaf: A) => M, tree: TreeOf<A>): TreeOf<M>;
export function mapTreeWithNames<M, A, B>(
  fn: (name: string, leaf: A, ...others: B[]) => M,
  tree: TreeOf<A>,
  ...others: readonly TreeOf<B>[]
): TreeOf<M>;
export function mapTreeWithNames(fn: (name: string, ...leaves: never[]) => unknown, ...trees: TreeOf<unknown>[]): unknown {
  return mapNodes('mapTree', trees, fn);
}

/**
 * Throws unless two trees of tensors have the same structure and, at every path, the same shape: broadcasting would let others pass.
 *
 * @param symbol the symbol that refuses, for example `adamw`
 * @throws KumikoError when they differ; it names the path, and what stands there in the one and the other
 * @example
 * checkShapes('adamw', { w: tf.zeros([2]) }, { w: tf.ones([2]) });
 */
export function checkShapes(symbol: string, expected: Tree, got: Tree): void {
  mapNodes(symbol, [expected, got]);
}

/**
 * The leaves with their names, depth first, in the order of the arrays and records. `flatten` then {@link unflatten} is the identity.
 *
 * @throws KumikoError when a record's name contains `/` or is empty, because two leaves could then share a path
 * @example
 * flatten({ dense: { kernel: 1, bias: 2 } }); // [{ name: 'dense/kernel', leaf: 1 }, { name: 'dense/bias', leaf: 2 }]
 */
export function flatten<L>(tree: TreeOf<L>): NamedLeaf<L>[] {
  const out: NamedLeaf<L>[] = [];
  const visit = (path: string, node: TreeOf<L>, depth: number): void => {
    checkDepth('flatten', depth);
    if (!isTreeNode(node)) {
      out.push({ name: path, leaf: node });
      return;
    }
    for (const [key, value] of entries(node)) {
      check(
        key !== '' && !key.includes('/'),
        'flatten',
        () => `expected names that are not empty and have no '/', got '${key}' at '${path}'. Rename that entry of the record.`,
      );
      visit(join(path, key), value, depth + 1);
    }
  };
  visit('', tree, 0);
  return out;
}

/**
 * Puts leaves into the structure of another tree, in the order {@link flatten} gives them.
 *
 * @throws KumikoError when there are more or fewer leaves than `structure` has
 * @example
 * unflatten({ a: 0, b: [0, 0] }, ['x', 'y', 'z']); // { a: 'x', b: ['y', 'z'] }
 */
export function unflatten<L>(structure: TreeOf<unknown>, newLeaves: readonly L[]): TreeOf<L> {
  const expected = leaves(structure).length;
  check(
    newLeaves.length === expected,
    'unflatten',
    () => `expected ${expected} leaves, got ${newLeaves.length}. Pass one leaf for each leaf of the structure.`,
  );
  let next = 0;
  return mapTree(() => newLeaves[next++] as L, structure);
}

/**
 * The leaves, depth first.
 *
 * @example
 * leaves({ a: 1, b: [2, 3] }); // [1, 2, 3]
 */
export function leaves<L>(tree: TreeOf<L>): L[] {
  const out: L[] = [];
  const visit = (node: TreeOf<L>, depth: number): void => {
    checkDepth('leaves', depth);
    if (!isTreeNode(node)) out.push(node);
    else for (const [, value] of entries(node)) visit(value, depth + 1);
  };
  visit(tree, 0);
  return out;
}

/**
 * Folds the leaves from the left, depth first; `fn` also gets each leaf's name.
 *
 * @throws KumikoError when a record's name contains `/` or is empty
 * @example
 * reduceTree((sum: number, x: number) => sum + x, { a: 1, b: [2, 3] }, 0); // 6
 */
export function reduceTree<L, R>(fn: (accumulator: R, leaf: L, name: string) => R, tree: TreeOf<L>, initial: R): R {
  return flatten(tree).reduce((accumulator, { leaf, name }) => fn(accumulator, leaf, name), initial);
}

/**
 * Whether two trees have the same arrays, records and names. The order of a record's names does not matter, nor do the leaves.
 *
 * @example
 * sameStructure({ a: 1, b: [2] }, { b: ['y'], a: 'x' }); // true
 */
export function sameStructure(a: TreeOf<unknown>, b: TreeOf<unknown>): boolean {
  return sameNodes(a, b, 0);
}

function sameNodes(a: TreeOf<unknown>, b: TreeOf<unknown>, depth: number): boolean {
  checkDepth('sameStructure', depth);
  if (!isTreeNode(a) || !isTreeNode(b)) return isTreeNode(a) === isTreeNode(b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameNodes(child(a, name), child(b, name), depth + 1))
  );
}

/**
 * Disposes the tensors of a tree, each once however often it stands there; those that also stand in `except` live on.
 *
 * @example
 * disposeTree({ kernel: tf.zeros([2, 2]) });
 */
export function disposeTree(tree: Tree, except?: Tree): void {
  const kept = new Set(except === undefined ? [] : leaves(except));
  for (const tensor of new Set(leaves(tree))) if (!kept.has(tensor) && !tensor.isDisposed) tensor.dispose();
}

/**
 * Marks every tensor of a tree to outlive the enclosing `tf.tidy`, and returns the tree.
 *
 * @example
 * const state = tf.tidy(() => keepTree({ count: tf.scalar(0) }));
 */
export function keepTree<T extends Tree>(tree: T): T {
  for (const tensor of leaves<Tensor>(tree)) tensor.kept = true;
  return tree;
}
