import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { expectTensor, onEveryBackend } from '@kumiko/testing';
import { gelu, geluTanh } from './gelu.ts';

onEveryBackend(() => {
  // Values of torch.nn.functional.gelu, approximate 'none' and 'tanh'.
  const x = [-3, -1, -0.5, 0, 0.5, 1, 3];
  test.each([
    { name: 'gelu', fn: gelu, y: [-0.004049694, -0.158655254, -0.154268769, 0, 0.345731231, 0.841344746, 2.995950306] },
    { name: 'geluTanh', fn: geluTanh, y: [-0.003637392, -0.158808009, -0.154285988, 0, 0.345714012, 0.841191991, 2.996362608] },
  ])('$name agrees with PyTorch, and is 0 and x far out', ({ fn, y }) => {
    expectTensor(fn(tf.tensor1d(x)), { shape: [7], values: y });
    expect([...fn(tf.tensor1d([-100, 100, 1e4])).dataSync()].map((value) => value + 0)).toEqual([0, 100, 1e4]);
  });
});
