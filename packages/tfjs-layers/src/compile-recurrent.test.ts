import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileTraining } from './compile-training.ts';

let backend: Awaited<ReturnType<typeof selectBackend>>;
beforeAll(async () => {
  backend = await selectBackend([wasm({ threads: 2 })]);
});
afterAll(async () => {
  tf.disposeVariables();
  await backend.dispose();
});

const { glorotUniform } = tfl.initializers;
const seeded = { kernelInitializer: glorotUniform({ seed: 1 }), recurrentInitializer: glorotUniform({ seed: 2 }) };

const makers = {
  lstm: () => tfl.layers.lstm({ units: 5, inputShape: [11, 3], ...seeded }),
  gru: () => tfl.layers.gru({ units: 5, inputShape: [11, 3], ...seeded }),
};

test.each(Object.entries(makers))('%s of tfjs-layers trains compiled as it does plain', async (_, make) => {
  const x = tf.sin(tf.reshape(tf.range(0, 8 * 11 * 3), [8, 11, 3]));
  const y = tf.cos(tf.reshape(tf.range(0, 8), [8, 1]));
  const train = async (compiled: boolean): Promise<number[]> => {
    const model = tfl.sequential({ layers: [make(), tfl.layers.dense({ units: 1, kernelInitializer: glorotUniform({ seed: 3 }) })] });
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    if (compiled) compileTraining(model);
    const { history } = await model.fit(x, y, { epochs: 6, batchSize: 4, shuffle: false });
    const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
    model.dispose();
    return [...(history['loss'] as number[]), ...weights];
  };
  const [plain, compiled] = [await train(false), await train(true)];
  expect(compiled.length).toBe(plain.length);
  for (const [i, value] of plain.entries()) expect(Math.abs((compiled[i] as number) - value)).toBeLessThan(2e-5);
  tf.dispose([x, y]);
});
