import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { disposeTree } from '@kumiko/core';
import { afterEach, assert, beforeEach, expect, test } from 'vitest';
import { matchNames } from './match-names.ts';

let tensorsBefore = 0;
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors');
});

const target = () => ({ conv: { kernel: tf.zeros([1, 2, 3, 4]) }, heads: [{ bias: tf.zeros([2]) }] });
/** As PyTorch names and lays them out: [out, in, height, width]. */
const source = () => ({
  'conv.weight': tf.tensor4d(
    Float32Array.from({ length: 24 }, (_, i) => i),
    [4, 3, 1, 2],
  ),
  'heads.0.bias': tf.tensor1d([5, 6]),
});
const from = (name: string) => (name === 'conv/kernel' ? { name: 'conv.weight', axes: [2, 3, 1, 0] } : name.replaceAll('/', '.'));

test('renames, and turns the axes: [out, in, height, width] becomes [height, width, in, out]', () => {
  const [into, given] = [target(), source()];
  const loaded = matchNames(into, given, from);
  expect(loaded.conv.kernel.shape).toEqual([1, 2, 3, 4]);
  // Element [0, w, i, o] is number o * 6 + i * 2 + w.
  expect(loaded.conv.kernel.arraySync()).toEqual([[0, 1].map((w) => [0, 1, 2].map((i) => [0, 1, 2, 3].map((o) => o * 6 + i * 2 + w)))]);
  expect([...(loaded.heads[0]?.bias.dataSync() ?? [])]).toEqual([5, 6]);
  disposeTree([into, given]);
  expect(loaded.conv.kernel.isDisposed).toBe(false);
  disposeTree(loaded);
});

test('says which name, shape or type does not fit, and what is left over', () => {
  const [into, given] = [target(), source()];
  expect(() => matchNames(into, given, (name) => name)).toThrow(
    "matchNames: expected a tensor 'conv/kernel' for 'conv/kernel', got 'conv.weight', 'heads.0.bias'. Map another name.",
  );
  expect(() => matchNames(into, given, (name) => (name === 'conv/kernel' ? 'conv.weight' : from(name)))).toThrow(
    "matchNames: expected float32 [1,2,3,4] for 'conv/kernel', got float32 [4,3,1,2] from 'conv.weight'. Pass the order of its axes, or another model.",
  );
  const integer = { bias: tf.zeros([2], 'int32') };
  expect(() => matchNames({ bias: into.heads[0]!.bias }, integer, (name) => name)).toThrow(
    "expected float32 [2] for 'bias', got int32 [2]",
  );
  expect(() => matchNames({ bias: into.heads[0]!.bias }, given, () => 'heads.0.bias')).toThrow(
    "matchNames: expected every tensor to be used, got 'conv.weight' left over. Map them, or pass { unused: 'ignore' }.",
  );
  const ignored = matchNames({ bias: into.heads[0]!.bias }, given, () => 'heads.0.bias', { unused: 'ignore' });
  expect([...ignored.bias.dataSync()]).toEqual([5, 6]);
  disposeTree([into, given, integer, ignored]);
});
