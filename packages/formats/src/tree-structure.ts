/** @internal */
import { check, flatten, isTreeNode, leaves, mapTree, unflatten, type TreeOf } from '@kumiko/core';

/** Levels of a tree that names can spell: as many as core's own functions go down. */
const MAX_DEPTH = 1000;

/** Throws when a record of a tree, or a part of a path, has a name that is unsafe to assign to or cannot be spelt in a path. */
function checkName(symbol: string, part: string, path: string): void {
  check(
    part !== '__proto__' && part !== '' && !part.includes('/'),
    symbol,
    () =>
      `expected names that are not empty, have no '/' and are not '__proto__', got '${part}' in '${path}'. Rename it before it is written.`,
  );
}

function hasPlainRecordsOnly(node: TreeOf<unknown>): boolean {
  if (!isTreeNode(node)) return true;
  const children = Object.values(node);
  return !Array.isArray(node) && children.length > 0 && children.every(hasPlainRecordsOnly);
}

/**
 * A tree's structure as JSON with 0 for each leaf, or nothing where the names of the leaves say it all:
 * records, none of them empty.
 *
 * @throws KumikoError when a record's name cannot be stored
 */
export function describeStructure(symbol: string, tree: TreeOf<unknown>): string | undefined {
  // Checks the depth first, so that the recursion below and in JSON.stringify is safe.
  const structure = mapTree(() => 0, tree);
  checkNames(symbol, structure, '');
  return hasPlainRecordsOnly(tree) ? undefined : JSON.stringify(structure);
}

function checkNames(symbol: string, node: TreeOf<unknown>, path: string): void {
  if (!isTreeNode(node)) return;
  for (const [name, value] of Object.entries(node)) {
    checkName(symbol, name, path);
    checkNames(symbol, value as TreeOf<unknown>, path === '' ? name : `${path}/${name}`);
  }
}

/**
 * The tree of named leaves: by its structure if there is one, else records, a level for each part of a name.
 *
 * @throws KumikoError when the structure is no tree or has other leaves, when a name is unsafe, or one leaf stands inside another
 */
export function buildTree<L>(symbol: string, named: ReadonlyMap<string, L>, structure?: string): TreeOf<L> {
  return structure === undefined ? nest(symbol, named) : fill(symbol, named, structure);
}

function fill<L>(symbol: string, named: ReadonlyMap<string, L>, text: string): TreeOf<L> {
  let structure: TreeOf<unknown>;
  try {
    structure = JSON.parse(text) as TreeOf<unknown>;
  } catch {
    return check(false, symbol, () => 'expected the stored structure to be JSON, got other text. Write the file again.') as never;
  }
  const marks = leaves(structure);
  checkNames(symbol, structure, '');
  const names = flatten(structure).map(({ name }) => name);
  check(
    marks.every((mark) => mark === 0) && names.length === named.size && names.every((name) => named.has(name)),
    symbol,
    () => `expected the ${named.size} tensors that the stored structure names, got others. Write the file again.`,
  );
  return unflatten(
    structure,
    names.map((name) => named.get(name) as L),
  );
}

/** A record in the making. A map: it has no names of its own. */
type Nest<L> = Map<string, Nest<L> | { leaf: L }>;

function nest<L>(symbol: string, named: ReadonlyMap<string, L>): TreeOf<L> {
  // The name of a tensor that is a tree alone.
  if (named.size === 1 && named.has('')) return named.get('') as L;
  const root: Nest<L> = new Map();
  for (const [path, leaf] of named) {
    const parts = path.split('/');
    check(parts.length <= MAX_DEPTH, symbol, () => `expected names of at most ${MAX_DEPTH} parts, got ${parts.length}. Rename the tensor.`);
    const conflict = (): string =>
      `expected tensors or records of tensors, got '${path}' beside a tensor whose name begins or ends there. Rename one of them.`;
    let node = root;
    for (const [depth, part] of parts.entries()) {
      checkName(symbol, part, path);
      const found = node.get(part);
      if (depth === parts.length - 1) {
        check(found === undefined, symbol, conflict);
        node.set(part, { leaf });
      } else {
        check(found === undefined || found instanceof Map, symbol, conflict);
        const next: Nest<L> = found ?? new Map();
        node.set(part, next);
        node = next;
      }
    }
  }
  return toRecord(root);
}

function toRecord<L>(node: Nest<L>): TreeOf<L> {
  return Object.fromEntries([...node].map(([name, value]) => [name, value instanceof Map ? toRecord(value) : value.leaf]));
}
