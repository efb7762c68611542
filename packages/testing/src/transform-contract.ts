import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, flatten, leaves, mapTree, sameStructure, type Transform, type TransformExtra, type Tree } from '@kumiko/core';
import { expect, test } from 'vitest';

/** A transform under contract. */
export interface TransformRow {
  /** Name of the export. */
  readonly name: string;
  /** A fresh transform; called once a test, when a backend has started. */
  make(): Transform;
}

/** An optimizer under contract: a transform that descends on its own. */
export interface OptimizerRow extends TransformRow {
  /** The distance to the minimum of a quadratic bowl at which 300 steps must arrive, from a distance of about 4. */
  readonly convergesTo: number;
}

function startParams(): Tree {
  return { dense: { kernel: tf.tensor2d([1, -2, 0.5, 3], [2, 2]), bias: tf.tensor1d([0.25, -1]) }, scales: [tf.scalar(2)] };
}

/** Gradients that differ from step to step. */
function gradsAt(step: number, params: Tree): Tree {
  let seed = step;
  return mapTree<tf.Tensor, tf.Tensor>(
    (param) =>
      tf.tensor(
        Array.from({ length: param.size }, () => Math.sin(++seed * 12.9898) * 2),
        param.shape,
      ),
    params,
  );
}

/** The squared distance to `startParams` and its gradients: a quadratic bowl, for transforms that listen to a loss. */
function bowl(): TransformExtra['valueAndGrad'] & {} {
  const minimum = startParams();
  return (params) => {
    if (leaves(params).length === 0) return [tf.scalar(0), params];
    const grads = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((param, wanted) => tf.mul(tf.sub(param, wanted), 2), params, minimum);
    return [tf.mul(0.25, tf.addN(leaves<tf.Tensor>(grads).map((grad) => tf.sum(tf.square(grad))))), grads];
  };
}

function extraAt(params: Tree): TransformExtra {
  const valueAndGrad = bowl();
  return { value: valueAndGrad(params)[0], valueAndGrad };
}

function hostValues(tree: Tree): { name: string; dtype: string; shape: number[]; values: number[] }[] {
  return flatten<tf.Tensor>(tree).map(({ name, leaf }) => ({ name, dtype: leaf.dtype, shape: leaf.shape, values: [...leaf.dataSync()] }));
}

/** A tree read to the host and made anew, as loading a checkpoint does. */
function reloaded<T extends Tree>(tree: T): T {
  return mapTree<tf.Tensor, tf.Tensor>((leaf) => tf.tensor(leaf.dataSync().slice(), leaf.shape, leaf.dtype), tree) as T;
}

function descend(transform: Transform, from: number, to: number, params: Tree, state: Tree): [Tree, Tree] {
  for (let step = from; step < to; step++) {
    const [updates, next] = transform.update(gradsAt(step, params), state, params, extraAt(params));
    params = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((param, update) => tf.add(param, update), params, updates);
    state = next;
  }
  return [params, state];
}

/**
 * Declares the tests that every transform passes, one name a promise. Start a backend in a `beforeAll` of the file.
 *
 * @example
 * transformContract({ name: 'trace', make: () => trace(0.9) });
 */
export function transformContract({ name, make }: TransformRow): void {
  test(`${name}: state is a tree of tensors whose structure, shapes and types stay`, () => {
    const transform = make();
    const params = startParams();
    const state = transform.init(params);
    for (const leaf of leaves<unknown>(state)) expect(leaf).toBeInstanceOf(tf.Tensor);
    const [, next] = transform.update(gradsAt(0, params), state, params, extraAt(params));
    const form = (tree: Tree): unknown => hostValues(tree).map(({ name: path, dtype, shape }) => ({ path, dtype, shape }));
    expect(form(next)).toEqual(form(state));
  });

  test(`${name}: updates have the parameters' structure, shapes and types`, () => {
    const transform = make();
    const params = startParams();
    const [updates] = transform.update(gradsAt(0, params), transform.init(params), params, extraAt(params));
    expect(sameStructure(updates, params)).toBe(true);
    expect(leaves<tf.Tensor>(updates).map((leaf) => [leaf.dtype, leaf.shape])).toEqual(
      leaves<tf.Tensor>(params).map((leaf) => [leaf.dtype, leaf.shape]),
    );
  });

  test(`${name}: works on an empty tree`, () => {
    const transform = make();
    expect(leaves(transform.update({}, transform.init({}), {}, extraAt({}))[0])).toEqual([]);
  });

  test(`${name}: disposes no argument, shares no tensor with one, and leaves nothing behind`, () => {
    const transform = make();
    const params = startParams();
    const grads = gradsAt(0, params);
    const state = transform.init(params);
    const before = tf.memory().numTensors;
    const result: Tree = tf.tidy(
      () => [...transform.update(grads, state, params, extraAt(params))] as unknown as tf.TensorContainer,
    ) as unknown as Tree;
    const given = new Set(leaves<tf.Tensor>([params, grads, state]));
    for (const leaf of given) expect(leaf.isDisposed).toBe(false);
    const returned = leaves<tf.Tensor>(result);
    expect(new Set(returned).size).toBe(returned.length);
    for (const leaf of returned) expect(given.has(leaf)).toBe(false);
    expect(tf.memory().numTensors).toBe(before + returned.length);
    disposeTree(result);
    expect(tf.memory().numTensors).toBe(before);
  });

  test(`${name}: resumes from a saved state to the bit`, () => {
    const through = descend(make(), 0, 6, startParams(), make().init(startParams()));
    const [params, state] = descend(make(), 0, 3, startParams(), make().init(startParams()));
    const resumed = descend(make(), 3, 6, reloaded(params), reloaded(state));
    expect(hostValues(resumed)).toEqual(hostValues(through));
  });
}

/**
 * {@link transformContract}, and that the optimizer finds a minimum.
 *
 * @example
 * optimizerContract({ name: 'sgd', make: () => sgd({ learningRate: 0.1 }), convergesTo: 1e-3 });
 */
export function optimizerContract({ name, make, convergesTo }: OptimizerRow): void {
  transformContract({ name, make });
  test(`${name}: finds the minimum of a quadratic bowl`, () => {
    const transform = make();
    const minimum = startParams();
    const valueAndGrad = bowl();
    let params = mapTree<tf.Tensor, tf.Tensor>((leaf) => tf.sub(leaf, 1.5), minimum) as Tree;
    let state = transform.init(params);
    for (let step = 0; step < 300; step++) {
      const [value, grads] = valueAndGrad(params);
      const [updates, next] = transform.update(grads, state, params, { value, valueAndGrad });
      params = mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((param, update) => tf.add(param, update), params, updates);
      state = next;
    }
    const evaluated = transform.evalParams?.(params, state) ?? params;
    const squares = leaves<tf.Tensor>(
      mapTree<tf.Tensor, tf.Tensor, tf.Tensor>((param, wanted) => tf.sum(tf.squaredDifference(param, wanted)), evaluated, minimum),
    );
    expect(Math.sqrt(squares.reduce((sum, square) => sum + (square.dataSync()[0] as number), 0))).toBeLessThan(convergesTo);
  });
}
