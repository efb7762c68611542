import { check, uniqueNames, type Transform, type Tree } from '@kumiko/core';

/** State of {@link chain}: the states of its transforms by name; those without any have no entry. */
export type ChainState = { readonly [name: string]: Tree };

/** Options of {@link chain}. */
export interface ChainOptions {
  /** Name of the transform. Default: `'chain'`. */
  readonly name?: string;
}

/**
 * Transforms one behind the other: each gets the updates of the one before. Most optimizers are such a chain.
 *
 * The state is a record by the transforms' names, in order (a repeated name gets a number); transforms without state have no entry,
 * so that a saved state loads into the same structure.
 *
 * @param transforms at least one
 * @param options `name`
 * @throws KumikoError when there are no transforms
 * @example
 * const optimizer = chain([clipByGlobalNorm(1), scaleByAdam(), scaleByLearningRate(1e-3)]);
 * const state = optimizer.init({ w: tf.zeros([2]) });
 * Object.keys(state); // ['scaleByAdam']
 * @see optax.chain
 */
export function chain(transforms: readonly Transform[], { name = 'chain' }: ChainOptions = {}): Transform<ChainState> {
  check(transforms.length > 0, name, () => 'expected at least one transform, got none. Pass for example [scaleByLearningRate(0.1)].');
  const names = uniqueNames(transforms.map((transform) => transform.name));
  const members = transforms.map((transform, i) => ({ member: names[i] as string, transform }));
  const evaluated = members.filter(({ transform }) => transform.evalParams);
  return {
    name,
    init(params) {
      return record(members.map(({ member, transform }) => [member, transform.init(params)]));
    },
    update(grads, state, params, extra) {
      let updates = grads;
      const states = members.map(({ member, transform }): [string, Tree] => {
        const [next, nextState] = transform.update(updates, state[member] ?? {}, params, extra);
        updates = next;
        return [member, nextState];
      });
      return [updates, record(states)];
    },
    ...(evaluated.length > 0 && {
      evalParams: (params: Tree, state: ChainState) =>
        evaluated.reduce((value, { member, transform }) => transform.evalParams?.(value, state[member] ?? {}) ?? value, params),
    }),
  };
}

/** Without the entries of transforms that have no state. */
function record(entries: readonly (readonly [string, Tree])[]): ChainState {
  return Object.fromEntries(entries.filter(([, tree]) => Object.keys(tree).length > 0));
}
