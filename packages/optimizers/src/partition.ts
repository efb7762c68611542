import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { check, flatten, mapTreeWithNames, sameStructure, type Transform, type TransformExtra, type Tree } from '@kumiko/core';
import { pickTree } from './internal/pick-tree.ts';

/** Which group a parameter belongs to: patterns of its name, of which the first that matches counts, or a function of name and value. */
export type PartitionLabels<G extends string> =
  | readonly (readonly [pattern: RegExp, group: G])[]
  | ((name: string, param: Tensor) => G | undefined);

/** State of {@link partition}: that of each group's transform; those without any have no entry. */
export type PartitionState = { readonly [group: string]: Tree };

/**
 * Groups of parameters, each with a transform of its own. A transform sees only the parameters of its group, under their names;
 * the loss that it may evaluate is of all, with the others as they were before the step.
 *
 * @param groups the transforms by the names of their groups; {@link setToZero} freezes
 * @param labels patterns of parameter names, or a function
 * @throws KumikoError from `init` and `update` when a parameter belongs to no group
 * @example
 * const optimizer = partition({ slow: sgd({ learningRate: 0.1 }), fast: sgd({ learningRate: 1 }) }, [[/bias$/, 'fast'], [/./, 'slow']]);
 * const params = { kernel: tf.scalar(0), bias: tf.scalar(0) };
 * const grads = { kernel: tf.scalar(1), bias: tf.scalar(1) };
 * optimizer.update(grads, optimizer.init(params), params)[0]; // { kernel: -0.1, bias: -1 }
 * @see optax.partition; the parameter groups of torch.optim
 */
export function partition<G extends string>(
  groups: { readonly [group in G]: Transform },
  labels: PartitionLabels<NoInfer<G>>,
): Transform<PartitionState> {
  const names = Object.keys(groups) as G[];
  check(names.length > 0, 'partition', () => 'expected at least one group, got none. Pass for example { all: adamw() }.');
  const labelsOf = (params: Tree): Map<string, G> =>
    new Map(
      flatten<Tensor>(params).map(({ name, leaf }) => {
        const label = typeof labels === 'function' ? labels(name, leaf) : labels.find(([pattern]) => name.search(pattern) >= 0)?.[1];
        check(
          label !== undefined && Object.hasOwn(groups, label),
          'partition',
          () => `expected one of the groups ${names.join(', ')} for '${name}', got ${String(label)}. Label every parameter.`,
        );
        return [name, label];
      }),
    );
  const evaluates = names.some((group) => groups[group].evalParams);

  /** What a function makes of each group's parameters, put together again. */
  const assemble = (params: Tree, each: (group: G, part: (tree: Tree) => Tree) => Tree): Tree => {
    const of = labelsOf(params);
    const results = new Map(
      names.flatMap((group) =>
        flatten<Tensor>(each(group, (tree) => pickTree(tree, (name) => of.get(name) === group))).map(({ name, leaf }) => [name, leaf]),
      ),
    );
    return mapTreeWithNames<Tensor, Tensor>((name) => results.get(name) as Tensor, params);
  };

  return {
    name: 'partition',
    init(params) {
      const of = labelsOf(params);
      return record(names.map((group) => [group, groups[group].init(pickTree(params, (name) => of.get(name) === group))]));
    },
    update(grads, state, params, extra) {
      const next: [string, Tree][] = [];
      checkStructure(grads, params);
      const updates = assemble(params, (group, part) => {
        const own = extra && extraOf(extra, part, (other) => overlay(params, other));
        const [groupUpdates, groupState] = groups[group].update(part(grads), state[group] ?? {}, part(params), own);
        next.push([group, groupState]);
        return groupUpdates;
      });
      return [updates, record(next)];
    },
    ...(evaluates && {
      evalParams: (params: Tree, state: PartitionState) =>
        assemble(params, (group, part) => groups[group].evalParams?.(part(params), state[group] ?? {}) ?? part(params)),
    }),
  };
}

/** What a group's transform may know beyond its gradients: losses are of all parameters, everything else is of its own. */
function extraOf(extra: TransformExtra, part: (tree: Tree) => Tree, whole: (part: Tree) => Tree): TransformExtra {
  const { value, valueAndGrad, curvature } = extra;
  return {
    ...(value && { value }),
    ...(curvature && { curvature: part(curvature) }),
    ...(valueAndGrad && {
      valueAndGrad(params: Tree): [Scalar, Tree] {
        const [loss, grads] = valueAndGrad.call(extra, whole(params));
        return [loss, part(grads)];
      },
    }),
  };
}

/** A tree with the leaves of a part of it in place of its own. */
function overlay(tree: Tree, part: Tree): Tree {
  const own = new Map(flatten<Tensor>(part).map(({ name, leaf }) => [name, leaf]));
  return mapTreeWithNames<Tensor, Tensor>((name, leaf) => own.get(name) ?? leaf, tree);
}

/** A gradient without a parameter would be left out in silence. */
function checkStructure(grads: Tree, params: Tree): void {
  check(sameStructure(grads, params), 'partition', () => {
    const list = (tree: Tree): string =>
      flatten<Tensor>(tree)
        .map(({ name }) => name)
        .join(', ');
    return `expected gradients for (${list(params)}), got (${list(grads)}). Pass one gradient a parameter.`;
  });
}

/** Without the entries of transforms that have no state. */
function record(entries: readonly (readonly [string, Tree])[]): PartitionState {
  return Object.fromEntries(entries.filter(([, tree]) => Object.keys(tree).length > 0));
}
