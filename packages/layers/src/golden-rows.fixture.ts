import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { flatten, formatShape, key, leaves, mapTreeWithNames, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { expectTensor, onEveryBackend, type PackedTensor } from '@kumiko/testing';

type PackedTree = Readonly<Record<string, PackedTensor>>;

/** A call of a layer that PyTorch has too, as the golden files hold it. */
export interface GoldenRow {
  /** Name of the export. */
  readonly layer: string;
  readonly name: string;
  readonly options: object;
  readonly x: PackedTensor;
  readonly params: PackedTree;
  /** Absent where the layer has no state. */
  readonly state?: PackedTree;
  readonly nextState?: PackedTree;
  /** Absent where training changes nothing. */
  readonly training?: boolean;
  readonly y: PackedTensor;
  /** Of `sum(y * weights)` with `weights[i] = cos(i)`, for `x` and each parameter. */
  readonly grads: PackedTree;
}

function unpack({ shape, values }: PackedTensor): tf.Tensor {
  return tf.tensor([...values], [...shape]);
}

/** The golden's values in our structure; both must have the same names and shapes. */
function load(structure: Tree, packed: PackedTree): Tree {
  const described = (name: string, shape: readonly number[]): string => `${name} ${formatShape(shape)}`;
  expect(
    flatten<tf.Tensor>(structure)
      .map(({ name, leaf }) => described(name, leaf.shape))
      .sort(),
  ).toEqual(
    Object.entries(packed)
      .map(([name, { shape }]) => described(name, shape))
      .sort(),
  );
  return mapTreeWithNames<tf.Tensor, tf.Tensor>((name) => unpack(packed[name] as PackedTensor), structure);
}

function expectTree(actual: Tree, packed: PackedTree): void {
  for (const { name, leaf } of flatten<tf.Tensor>(actual)) expectTensor(leaf, packed[name] as PackedTensor);
}

function checkRow(layer: Layer<tf.Tensor, tf.Tensor>, row: GoldenRow): void {
  const before = tf.memory().numTensors;
  const made = layer.init(key(0), shapeOf(row.x.shape));
  expect(tf.memory().numTensors - before).toBe(leaves([made.params, made.state]).length);
  expect(made.output).toEqual(shapeOf(row.y.shape));
  const params = load(made.params, row.params);
  const state = load(made.state, row.state ?? {});
  const named = flatten<tf.Tensor>(params);
  for (const training of row.training === undefined ? [false, true] : [row.training]) {
    const [result, next] = layer.apply({ params, state }, unpack(row.x), { training });
    expectTensor(result, row.y);
    expectTree(next.state, row.nextState ?? {});
  }

  const weights = tf.tensor(
    row.y.values.map((_, i) => Math.cos(i)),
    [...row.y.shape],
  );
  const results = tf.grads((input: tf.Tensor, ...values: tf.Tensor[]) => {
    let next = 0;
    const variables = { params: mapTreeWithNames<tf.Tensor, tf.Tensor>(() => values[next++] as tf.Tensor, params), state };
    return tf.sum(tf.mul(weights, layer.apply(variables, input, { training: row.training ?? true })[0]));
  })([unpack(row.x), ...named.map(({ leaf }) => leaf)]);
  for (const [i, name] of ['x', ...named.map((leaf) => leaf.name)].entries()) {
    expectTensor(results[i] as tf.Tensor, row.grads[name] as PackedTensor);
  }
}

/**
 * Declares a test a golden row on every backend: that `init` leaves the variables and nothing else, their names and shapes, the inferred shape, the output, the next state, and
 * the gradients of the input and of every parameter.
 */
export function goldenRows(rows: readonly unknown[], make: (layer: string, options: object) => Layer<tf.Tensor, tf.Tensor>): void {
  onEveryBackend(() => {
    for (const row of rows as readonly GoldenRow[]) {
      test(`${row.layer}: ${row.name}`, () => {
        tf.tidy(() => checkRow(make(row.layer, row.options), row));
      });
    }
  });
}
