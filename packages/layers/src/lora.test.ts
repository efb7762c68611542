import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { flatten, key, leaves, sameStructure, shapeOf, type Tree } from '@kumiko/core';
import { expectTensor } from '@kumiko/testing';
import { attachLora, lora, mergeLora } from './lora.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { transformerBlock } from './transformer-block.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const named = (tree: Tree): string[] => flatten<tf.Tensor>(tree).map(({ name, leaf }) => `${name} ${leaf.shape.join('x')}`);

test('attaches to queries and values, through records and arrays, and changes nothing at first', () => {
  const block = transformerBlock({ numHeads: 2 });
  const { params } = block.init(key(0), shapeOf([1, 3, 8]));
  const base = { blocks: [params, params] };
  const adapter = attachLora(base, key(1), { rank: 3 });
  expect(named(adapter)).toEqual(
    [0, 1].flatMap((i) =>
      ['query', 'value'].flatMap((part) => [
        `blocks/${i}/attention/${part}/kernel/down 8x3`,
        `blocks/${i}/attention/${part}/kernel/up 3x8`,
      ]),
    ),
  );
  const merged = mergeLora(base, adapter, 5);
  expect(sameStructure(merged, base)).toBe(true);
  expect(leaves<tf.Tensor>(merged).map((leaf) => [...leaf.dataSync()])).toEqual(
    leaves<tf.Tensor>(base).map((leaf) => [...leaf.dataSync()]),
  );
});

test('merging adds scale times the product, and gradients reach the adapter alone', () => {
  const base = { query: { kernel: tf.tensor2d([1, 2, 3, 4], [2, 2]), bias: tf.tensor1d([7, 8]) } };
  const factors: [tf.Tensor, tf.Tensor] = [tf.tensor2d([1, 2], [2, 1]), tf.tensor2d([10, 20], [1, 2])];
  const merge = (down: tf.Tensor, up: tf.Tensor) => mergeLora(base, { query: { kernel: { down, up } } }, 0.5);
  // [1 2; 3 4] + 0.5 [1; 2] [10 20] = [1 2; 3 4] + [5 10; 10 20].
  expect(merge(...factors).query.kernel.arraySync()).toEqual([[6, 12], [13, 24]]); // prettier-ignore
  expect(merge(...factors).query.bias).toBe(base.query.bias);
  // The sum of the kernel's elements by down: 0.5 times the sum of up, 15; by up: 0.5 times the sum of down, 1.5.
  const gradients = tf.grads((down: tf.Tensor, up: tf.Tensor) => tf.sum(merge(down, up).query.kernel))(factors);
  expect(gradients.map((gradient) => gradient.arraySync())).toEqual([[[15], [15]], [[1.5, 1.5]]]); // prettier-ignore
});

test('a layer trains its adapters; the base is state and stays', async () => {
  const inner = multiHeadAttention({ numHeads: 2 });
  const tuned = lora(inner, { rank: 2, alpha: 4 });
  const { params, state, output } = tuned.init(key(0), shapeOf([1, 3, 4]));
  expect(output).toEqual(shapeOf([1, 3, 4]));
  const { base } = state as { base: Tree };
  const x = tf.tensor(Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)), [1, 3, 4]); // prettier-ignore
  const context = { training: true };
  const [y, next] = tuned.apply({ params, state }, x, context);
  const [plain] = inner.apply({ params: base, state: {} }, x, context);
  expectTensor(y, { shape: [1, 3, 4], values: [...plain.dataSync()] });
  expect(next.state).toEqual(state);
  // Moved, it computes what the merged layer does: alpha / rank is 2.
  const moved = { query: { kernel: { down: tf.ones([4, 2]), up: tf.ones([2, 4]) } } };
  const [changed] = tuned.apply({ params: moved, state }, x, context);
  const [merged] = inner.apply({ params: mergeLora(base, moved, 2), state: {} }, x, context);
  expectTensor(changed, { shape: [1, 3, 4], values: [...merged.dataSync()] });
  expect(changed.dataSync()).not.toEqual(y.dataSync());
  await trackLeaks(() => tf.tidy(() => tuned.apply({ params, state }, x, context)[0]));
});

test('says what is wrong', () => {
  const base = { query: { kernel: tf.zeros([2, 2]) } };
  expect(() => attachLora(base, key(0), { rank: 0 })).toThrow('attachLora: expected rank to be a whole number of at least 1, got 0. ');
  expect(() => attachLora(base, key(0), { select: () => false })).toThrow('attachLora: expected a kernel that select chooses, got none. ');
  const adapter = { key: { kernel: { down: tf.zeros([2, 1]), up: tf.zeros([1, 2]) } } };
  expect(() => mergeLora(base, adapter)).toThrow("mergeLora: expected adapters of kernels that are there, got 'key'. ");
  expect(() => mergeLora(base, { query: { kernel: { down: tf.zeros([3, 1]), up: tf.zeros([1, 2]) } } })).toThrow(
    "expected down and up for the kernel 'query/kernel' [2,2], got others. ",
  );
  expect(() => mergeLora(base, {}, Infinity)).toThrow('mergeLora: expected a finite scale, got Infinity. ');
});
