import { isTreeNode, type Tree } from '@kumiko/core';

/** The leaves whose names pass, under their names; arrays become records of indices, and empty nodes go. */
export function pickTree(tree: Tree, picks: (name: string) => boolean): Tree {
  return pickNode(tree, '', picks) ?? {};
}

function pickNode(node: Tree, path: string, picks: (name: string) => boolean): Tree | undefined {
  if (!isTreeNode(node)) return picks(path) ? node : undefined;
  const entries = Object.entries(node as { readonly [name: string]: Tree }).flatMap(([name, child]): [string, Tree][] => {
    const picked = pickNode(child, path === '' ? name : `${path}/${name}`, picks);
    return picked === undefined ? [] : [[name, picked]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
