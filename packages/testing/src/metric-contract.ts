import { disposeTree, flatten, leaves, type Metric, type Tree } from '@kumiko/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

/** A metric under contract. */
export interface MetricRow<S extends Tree, B> {
  /** Name of the export. */
  readonly name: string;
  /** A fresh metric; called once a test, when a backend has started. */
  make(): Metric<S, B, unknown>;
  /** The batch of the samples `from` to before `to`, of 12 in all. Called in a tidy, when a backend has started. */
  batch(from: number, to: number): B;
  /** How far results may lie apart, relative to their size. Default 0: counts do not depend on how they are cut. */
  readonly tolerance?: number;
}

function read(value: unknown): number[] {
  return leaves<unknown>(value as Tree).flatMap((leaf) => (leaf instanceof tf.Tensor ? [...leaf.dataSync()] : [leaf as number]));
}

function form(tree: Tree): unknown {
  return flatten<tf.Tensor>(tree).map(({ name, leaf }) => ({ name, dtype: leaf.dtype, shape: leaf.shape }));
}

/**
 * Declares the tests that every metric passes, one name a promise. Start a backend in a `beforeAll` of the file.
 *
 * @example
 * metricContract({ name: 'mean', make: () => mean(), batch: (from, to) => ({ values: tf.range(from, to) }), tolerance: 1e-6 });
 */
export function metricContract<S extends Tree, B>({ name, make, batch, tolerance = 0 }: MetricRow<S, B>): void {
  const close = (actual: readonly number[], expected: readonly number[]): void => {
    expect(actual.length).toBe(expected.length);
    const far = actual.filter((value, i) => !(Math.abs(value - (expected[i] as number)) <= tolerance * Math.abs(expected[i] as number)));
    expect(far, `${actual.join()} is not ${expected.join()}`).toEqual([]);
  };

  /** What the metric says of these samples, each pair a batch. */
  const stateOf = (metric: Metric<S, B, unknown>, ...cuts: readonly (readonly [number, number])[]): S =>
    cuts.reduce((state, [from, to]) => metric.update(state, batch(from, to)), metric.init());

  const inTidy = (body: () => void): void => {
    const before = tf.memory().numTensors;
    tf.tidy(body);
    expect(tf.memory().numTensors).toBe(before);
  };

  test(`${name}: batches, merged parts and one batch say the same`, () => {
    inTidy(() => {
      const metric = make();
      const whole = read(metric.result(stateOf(metric, [0, 12])));
      expect(whole).not.toEqual(read(metric.result(metric.init())));
      close(read(metric.result(stateOf(metric, [0, 5], [5, 6], [6, 12]))), whole);
      close(read(metric.result(metric.merge(stateOf(metric, [0, 5]), stateOf(metric, [5, 12])))), whole);
      close(read(metric.result(metric.merge(stateOf(metric, [5, 6], [6, 12]), stateOf(metric, [0, 5])))), whole);
    });
  });

  test(`${name}: init is the identity of merge`, () => {
    inTidy(() => {
      const metric = make();
      const state = stateOf(metric, [0, 12]);
      expect(read(metric.merge(metric.init(), state))).toEqual(read(state));
      expect(read(metric.merge(state, metric.init()))).toEqual(read(state));
    });
  });

  test(`${name}: the state is a tree of tensors of fixed size`, () => {
    inTidy(() => {
      const metric = make();
      const first = metric.init();
      for (const leaf of leaves<unknown>(first)) expect(leaf).toBeInstanceOf(tf.Tensor);
      expect(form(stateOf(metric, [0, 12]))).toEqual(form(first));
      expect(form(metric.merge(stateOf(metric, [0, 5]), stateOf(metric, [5, 12])))).toEqual(form(first));
    });
  });

  test(`${name}: disposes no argument, shares no tensor with one, and leaves nothing behind`, () => {
    const metric = make();
    const start = tf.memory().numTensors;
    const [a, b] = [metric.init(), metric.init()];
    const samples = tf.tidy(() => batch(0, 12) as tf.TensorContainer) as B;
    const given = leaves<unknown>([a, b, samples] as never).filter((leaf) => leaf instanceof tf.Tensor);
    for (const call of [() => metric.update(a, samples), () => metric.merge(a, b), () => metric.result(a)] as (() => unknown)[]) {
      const before = tf.memory().numTensors;
      const returned = leaves<unknown>(call() as Tree).filter((leaf) => leaf instanceof tf.Tensor);
      for (const leaf of given) expect(leaf.isDisposed).toBe(false);
      for (const leaf of returned) expect(given.includes(leaf)).toBe(false);
      expect(tf.memory().numTensors).toBe(before + returned.length);
      disposeTree(returned);
    }
    disposeTree(given);
    expect(tf.memory().numTensors).toBe(start);
  });
}
