import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { expectTensor, onEveryBackend, type PackedTensor } from '@kumiko/testing';
import { key, shapeOf } from '@kumiko/core';
import goldens from '../../../../fixtures/layers/activations.json' with { type: 'json' };
import { activation, type Activation } from '../activation.ts';
import * as layers from '../index.ts';

interface ActivationRow {
  /** Of the export, with its argument where it takes one: `celu(2)`. */
  readonly name: string;
  readonly x: PackedTensor;
  readonly y: PackedTensor;
  /** Gradient of `sum(y * weights)` with `weights[i] = cos(i)`. */
  readonly dx: PackedTensor;
}

const rows: readonly ActivationRow[] = goldens.activations;

function activationOf(name: string): Activation {
  const [, symbol = '', argument] = /^(\w+)(?:\((.*)\))?$/.exec(name) ?? [];
  const found = (layers as unknown as Record<string, unknown>)[symbol];
  return argument === undefined ? (found as Activation) : (found as (argument: number) => Activation)(Number(argument));
}

onEveryBackend(() => {
  test.each(rows)('$name agrees with PyTorch, and so does its slope', ({ name, x, y, dx }) => {
    tf.tidy(() => {
      const fn = activationOf(name);
      const input = tf.tensor([...x.values], [...x.shape]);
      expectTensor(fn(input), y);
      const weights = tf.tensor(y.values.map((_, i) => Math.cos(i)));
      expectTensor(tf.grad((v: tf.Tensor) => tf.sum(tf.mul(weights, fn(v))))(input), dx);
    });
  });
});

test('keep the shape, and make a layer', () => {
  for (const { name } of rows) expect(activationOf(name)(tf.zeros([2, 0, 3])).shape).toEqual([2, 0, 3]);
  const layer = activation(layers.mish, { name: 'mish' });
  expect(layer.init(key(0), shapeOf([2, 3])).output).toEqual(shapeOf([2, 3]));
});

test('refuse what is out of range', () => {
  expect(() => layers.celu(0)).toThrow('celu: expected alpha not 0, got 0. ');
  expect(() => layers.leakyRelu(NaN)).toThrow('leakyRelu: expected slope to be finite, got NaN. ');
  expect(() => layers.hardShrink(-1)).toThrow('hardShrink: expected threshold of at least 0, got -1. ');
  expect(() => layers.softShrink(-1)).toThrow('softShrink: expected threshold of at least 0, got -1. ');
  expect(() => layers.glu().init(key(0), shapeOf([1, 3]))).toThrow('glu: expected an even number of channels, got 3. ');
});
