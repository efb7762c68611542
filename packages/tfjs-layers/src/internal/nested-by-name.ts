import type { Tensor } from '@tensorflow/tfjs-core';
import { check, isTreeNode, type Tree } from '@kumiko/core';

/**
 * Tensors by name as a tree: `dense/kernel` stands at `{ dense: { kernel } }`, so that the name of a leaf is that of its variable.
 *
 * @throws KumikoError when a name lies inside another, as `a/b` in `a`
 */
export function nestedByName(tensors: ReadonlyMap<string, Tensor>): Tree {
  const root: Record<string, Tree> = {};
  for (const [name, tensor] of tensors) {
    const keys = keysOf(name);
    let node = root;
    for (const key of keys.slice(0, -1)) {
      if (!Object.hasOwn(node, key)) node[key] = {};
      const inner = node[key] as Tree;
      check(isTreeNode(inner), 'asOptimizer', () => clash(name));
      node = inner as Record<string, Tree>;
    }
    const last = keys.at(-1) as string;
    check(!Object.hasOwn(node, last), 'asOptimizer', () => clash(name));
    node[last] = tensor;
  }
  return root;
}

/** The leaf of a variable in a tree like that of {@link nestedByName}; undefined where there is none. */
export function leafByName(tree: Tree, name: string): Tensor | undefined {
  let node: Tree | undefined = tree;
  for (const key of keysOf(name)) node = node !== undefined && isTreeNode(node) ? (node as Record<string, Tree>)[key] : undefined;
  return node === undefined || isTreeNode(node) ? undefined : node;
}

function keysOf(name: string): string[] {
  const keys = name.split('/').filter((key) => key !== '');
  return keys.length > 0 ? keys : ['variable'];
}

function clash(name: string): string {
  return `expected names of variables none of which lies inside another, got '${name}' beside such a one. Rename the layer or the variable.`;
}
