import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';

/** One step of an embedding: rows are looked up, made smaller and put back; every row is also moved by the sum of what was looked up. */
function step(state: { table: tf.Tensor; count: tf.Scalar }, ids: tf.Tensor1D): [typeof state, tf.Tensor] {
  const rows = tf.gather(state.table, ids);
  const column = tf.expandDims(ids, 1);
  const update = tf.scatterND(column as tf.Tensor2D, tf.mul(rows, -0.1), state.table.shape as [number, number]);
  const table = tf.add(tf.add(state.table, update), tf.mul(tf.sum(tf.gatherND(state.table, column)), 0.001));
  return [{ table, count: tf.add(state.count, 1) as tf.Scalar }, tf.sum(rows)];
}

const start = () => ({ table: tf.div(tf.reshape(tf.range(0, 21), [7, 3]), 7), count: tf.scalar(0) });
const lists = [[0, 1, 1, 6], [2, 2, 2, 2], [5, 4, 3, 2], [6, 6, 0, 1]]; // prettier-ignore
const make = (ids: number[]) => tf.tensor1d(ids, 'int32');

test.each([1, 2])('gathers and scatters are part of the walk, and an index out of bounds ends it (%i threads)', async (threads) => {
  const backend = await selectBackend([wasm({ threads })]);
  const compiled = compile(step);
  let expected = start();
  let state = start();
  for (const ids of [...lists, ...lists]) {
    [expected] = tf.tidy(() => step(expected, make(ids)));
    const list = make(ids);
    const [next, sum] = compiled(state, list);
    state = next;
    tf.dispose([list, sum]);
  }
  expect(compiled.explain()?.native).toMatchObject({ walks: 1, fallbacks: {} });
  expect(state.table.dataSync()).toEqual(expected.table.dataSync());

  const before = tf.memory().numTensors;
  for (const ids of [
    [0, 1, 7, 2],
    [3, -1, 0, 0],
  ]) {
    // prettier-ignore
    const list = make(ids);
    expect(() => compiled(state, list)).toThrow(
      `compile: expected indices that a gather or scatter finds, got ${ids.find((id) => id < 0 || id > 6)} for 7 places`,
    );
    list.dispose();
  }
  expect(tf.memory().numTensors).toBe(before);
  // What the gathered rows decide was not written.
  expect(state.table.dataSync()).toEqual(expected.table.dataSync());
  const good = make([1, 2, 3, 4]);
  [expected] = tf.tidy(() => step(expected, good));
  const [next, sum] = compiled(state, good);
  expect(next.table.dataSync()).toEqual(expected.table.dataSync());
  tf.dispose([good, sum, next, expected]);
  compiled.dispose();
  await backend.dispose();
});
