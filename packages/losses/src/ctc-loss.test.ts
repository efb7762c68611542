import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { expectTensor } from '@kumiko/testing';
import { beforeAll, expect, test } from 'vitest';
import { ctcLoss, type CtcLossOptions } from './ctc-loss.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

const lengths = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

/** The single losses of even logits, and how many numbers of their gradient are not 0. */
function ofEven(time: number, labels: number[][], options: CtcLossOptions = {}): { losses: number[]; slopes: number } {
  const targets = tf.tensor2d(labels.flat(), [labels.length, (labels[0] as number[]).length], 'int32');
  const loss = (x: tf.Tensor): tf.Tensor => ctcLoss(x, targets, { ...options, reduction: 'none' });
  const logits = tf.zeros([labels.length, time, 3]);
  const slopes = tf.grad(loss)(logits).dataSync();
  return { losses: [...loss(logits).dataSync()], slopes: slopes.filter((slope) => slope !== 0).length };
}

test('counts the ways, by hand', () => {
  // Three times of three classes: 'ab' is aab, abb, -ab, a-b, ab-; 'aa' is a-a alone; '' is ---.
  const { losses } = ofEven(3, [[1, 2], [1, 1], [1, 2]], { labelLengths: lengths(2, 2, 0) }); // prettier-ignore
  expectTensor(tf.tensor1d(losses), { shape: [3], values: [Math.log(27 / 5), Math.log(27), Math.log(27)] });
});

test('keeps its digits over long sequences', () => {
  // One label is one run of any length anywhere: T (T + 1) / 2 ways.
  const [loss] = ofEven(400, [[1]]).losses;
  expect(loss).toBeCloseTo(400 * Math.log(3) - Math.log((400 * 401) / 2), 3);
});

test('labels that do not fit cost Infinity, or 0 where asked, and have no gradient', () => {
  expect(ofEven(2, [[1, 1]])).toEqual({ losses: [Infinity], slopes: 0 });
  expect(ofEven(2, [[1, 1]], { zeroInfinity: true })).toEqual({ losses: [0], slopes: 0 });
});

test('a label that is no class, or the blank, and a length out of range give NaN, but not beyond what counts', () => {
  for (const wrong of [3, -1, 0]) expect(ofEven(4, [[1, wrong]])).toEqual({ losses: [NaN], slopes: 0 });
  const short = { labelLengths: lengths(1) };
  expect(ofEven(4, [[1, -1]], short).losses).toEqual(ofEven(4, [[1]]).losses);
  for (const wrong of [-1, 3]) expect(ofEven(4, [[1, 2]], { labelLengths: lengths(wrong) }).losses).toEqual([NaN]);
  for (const wrong of [-1, 5]) expect(ofEven(4, [[1, 2]], { logitLengths: lengths(wrong) }).losses).toEqual([NaN]);
});

test('nothing at all is certain, and nothing cannot say something', () => {
  expect(ofEven(3, [[1], [1]], { logitLengths: lengths(0, 0), labelLengths: lengths(0, 1) })).toEqual({ losses: [0, Infinity], slopes: 0 });
  expect(ofEven(0, [[1]]).losses).toEqual([Infinity]);
  expectTensor(tf.tensor1d(ofEven(2, [[]]).losses), { shape: [1], values: [Math.log(9)] });
});

test('a class at -Infinity is no way, and what happens beyond a sequence has no gradient', () => {
  const logits = tf.tensor3d([[[0, -Infinity], [0, 0], [5, 7]]]); // prettier-ignore
  const loss = (x: tf.Tensor): tf.Tensor => ctcLoss(x, tf.tensor2d([[1]], [1, 1], 'int32'), { logitLengths: lengths(2) });
  expectTensor(loss(logits), { shape: [], values: [Math.LN2] }); // -a, at 1 times 1/2
  expectTensor(tf.grad(loss)(logits), { shape: [1, 3, 2], values: [0, 0, 0.5, -0.5, 0, 0] });
});
