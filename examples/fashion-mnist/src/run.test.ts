import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree, flatten, key, shapeOf } from '@kumiko/core';
import { loadSafetensors } from '@kumiko/formats';
import type { Tensor } from '@tensorflow/tfjs-core';
import { writeParts } from './data-set.fixture.ts';
import { loadFashionMnist } from './load-fashion-mnist.ts';
import { mirror } from './mirror.ts';
import { parseOptions } from './options.ts';
import { prepare } from './prepare.ts';
import { recipes } from './recipes.ts';
import { run } from './run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-test-'));
  // Image i has a bright line of pixels at row 2 * (its class), and some noise.
  await writeParts(folder, 256, 40, (image, pixel) =>
    Math.floor(pixel / 28) === 2 * (image % 10) + 4 ? 255 : (image * 31 + pixel * 17) % 40,
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function lines(args: string): Promise<string[]> {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const printed: string[] = [];
    await run(parseOptions(`--data ${folder} --threads 1 ${args}`.split(' ')), (line) => printed.push(line));
    return printed;
  } finally {
    written.mockRestore();
  }
}

test.each([
  ['cnn', 12, 421_642],
  ['resnet', 1, 308_074],
])('%s trains, is tested and saved', async (model, epochs, parameters) => {
  const output = join(folder, `${model}.safetensors`);
  const printed = await lines(`--model ${model} --epochs ${epochs} --output ${output}`);
  expect(printed[0]).toBe(`256 images to train on, ${epochs === 1 ? 'once' : `${epochs} times`}, and 40 to test on.`);
  expect(printed[1]).toBe('Backend wasm, 1 thread.\n');
  expect(printed[2]).toContain(parameters.toLocaleString('en-US'));
  expect(printed.at(-2)).toBe(`Saved to ${output}.`);
  const [, right] = /^(\d+\.\d\d) % of the 40 test images are right, after \d+ s\.$/.exec(printed.at(-1) as string) ?? [];
  // The two convolutions have learned what a line is; the residual network has had four steps.
  expect(Number(right)).toBeGreaterThanOrEqual(model === 'cnn' ? 90 : 0);
  const saved = await loadSafetensors(output);
  const params = flatten<Tensor>((saved as { params: typeof saved }).params);
  expect(params.reduce((sum, { leaf }) => sum + leaf.size, 0)).toBe(parameters);
  disposeTree(saved);
});

test('the same seed gives the same parameters, another others', async () => {
  const saved = async (seed: number): Promise<Buffer> => {
    const output = join(folder, 'seed.safetensors');
    await lines(`--epochs 1 --limit 128 --seed ${seed} --output ${output}`);
    return readFile(output);
  };
  const first = await saved(1);
  expect((await saved(1)).equals(first)).toBe(true);
  expect((await saved(2)).equals(first)).toBe(false);
});

test('images to train on are mirrored anew each epoch, those to test on stay', async () => {
  await selectBackend([cpu()]);
  const data = await loadFashionMnist(folder);
  const { train, test: held, sizes, batches } = prepare(data, { batchSize: 64, augmentation: mirror, limit: 128, key: key(0) });
  expect([sizes, batches]).toEqual([{ train: 128, test: 40 }, 2]);
  const passes: string[] = [];
  for (const epoch of [0, 1, 0]) {
    for await (const { x, y } of train.pass(epoch)) {
      expect([x.shape, x.dtype, y.shape, y.dtype]).toEqual([[64, 28, 28, 1], 'float32', [64], 'int32']);
      passes.push(x.dataSync().join());
      disposeTree([x, y]);
    }
  }
  expect(passes.slice(4)).toEqual(passes.slice(0, 2));
  expect(passes.slice(2, 4)).not.toEqual(passes.slice(0, 2));
  for await (const { x, y } of held) {
    const pixels = Uint8Array.from(x.dataSync(), (value) => Math.round(value * 90.0212 + 72.9404));
    expect(pixels).toEqual(Uint8Array.from(data.test.pixels));
    disposeTree([x, y]);
  }
});

test('networks give ten logits', () => {
  for (const { model } of Object.values(recipes)) {
    const { params, state, output } = model().init(key(0), shapeOf([2, 28, 28, 1]));
    expect(output).toEqual(shapeOf([2, 10]));
    disposeTree([params, state]);
  }
});
