import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { afterAll, beforeAll, test } from 'vitest';
import { wasm } from '../wasm.ts';
import { compareWithCpu, testValues } from './compare-with-cpu.fixture.ts';

let dispose: () => Promise<void>;
beforeAll(async () => {
  const backend = await selectBackend([wasm({ threads: 2 })]);
  dispose = () => backend.dispose();
});
afterAll(() => dispose());

test.each(['float32', 'int32', 'bool'] as const)('of %s', (dtype) => {
  for (const shape of [[1], [3], [33], [2, 3], [300], [0]]) {
    const values = [...testValues(tf.util.sizeFromShape(shape), 3)].map((value) => (dtype === 'bool' ? 1 : Math.round(value * 100)));
    compareWithCpu('Diag', { x: { shape, dtype, values } }, {}, 0);
  }
});
