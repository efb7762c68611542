import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree, key, leaves, mapTree, shapeOf, type Layer, type Transform } from '@kumiko/core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkpoint, type CheckpointOptions } from './checkpoint.ts';
import { earlyStopping } from './early-stopping.ts';
import { fit, type FitOptions } from './fit.ts';
import { loadCheckpoint } from './load-checkpoint.ts';
import { initTrainState } from './train-state.ts';

let folder = '';
let before = 0;
beforeAll(async () => {
  await selectBackend([cpu()]);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-checkpoint-'));
  before = tf.memory().numTensors;
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`expected no tensors left behind, got ${left}`);
});

const model: Layer<tf.Tensor, tf.Tensor> = {
  name: 'scale',
  init: (_key, output) => ({ params: { w: tf.scalar(1) }, state: {}, output }),
  apply: ({ params, state }, x) => [tf.mul(x, (params as { w: tf.Tensor }).w), { state }],
};
const optimizer: Transform = {
  name: 'descent',
  init: () => ({}),
  update: (grads, state) => [mapTree((grad: tf.Tensor) => tf.mul(grad, -0.01), grads), state],
};
type Pairs = { x: tf.Tensor; y: tf.Tensor };
function* train(): Generator<Pairs> {
  for (const x of [1, 2, 3]) yield { x: tf.tensor1d([x]), y: tf.tensor1d([3 * x]) };
}
const fresh = () => initTrainState({ model, optimizer, key: key(0), input: shapeOf([1]) });
const task = (changes: Partial<FitOptions<Pairs>>): FitOptions<Pairs> => ({
  model,
  optimizer,
  loss: (output, { y }) => tf.squaredDifference(output, y),
  train,
  epochs: 3,
  ...changes,
  state: changes.state ?? fresh(),
});
const weight = ({ params }: { params: unknown }): number => (params as { w: tf.Tensor }).w.dataSync()[0] as number;
const manifests = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();

async function run(options: Partial<CheckpointOptions>, changes: Partial<FitOptions<Pairs>> = {}): Promise<number> {
  const { state } = await fit(task({ callbacks: [checkpoint({ folder, ...options })], ...changes }));
  const last = weight(state);
  disposeTree(state);
  return last;
}

describe('checkpoint', () => {
  test('keeps the last ones, each with one file of tensors', async () => {
    const last = await run({ every: { batches: 1 }, keep: 2 });
    expect(await manifests()).toEqual(['step-0000000008.json', 'step-0000000009.json']);
    expect(await readdir(folder)).toHaveLength(4);
    const saved = await loadCheckpoint(folder);
    expect(weight(saved!.state)).toBe(last);
    expect(saved?.position).toMatchObject({ epoch: 3, batch: 0, step: 9, batchSize: 1, samples: 0 });
    expect(saved?.logs?.train['loss']).toBeGreaterThan(0);
    // Nothing is left to do: the run is returned as it was.
    const { state, history } = await fit(task({ ...saved! }));
    expect([weight(state), history]).toEqual([last, []]);
    disposeTree(state);
  });

  test('keeps the best as well, and finds it', async () => {
    // Higher is better of a loss that falls: the first epoch is the best.
    await run({ keep: 1, best: { name: 'loss', mode: 'max' } });
    expect(await manifests()).toEqual(['step-0000000003.json', 'step-0000000009.json']);
    const best = await loadCheckpoint(folder, { best: 'max' });
    expect(best?.position.step).toBe(3);
    const last = await loadCheckpoint(folder);
    expect(last?.position.step).toBe(9);
    disposeTree([best!.state, last!.state]);
  });

  test('saves by the clock', async () => {
    let time = 0;
    await run({ every: { seconds: 2 }, keep: 9, now: () => (time += 400) });
    expect((await manifests()).length).toBeGreaterThan(1);
  });

  test('goes on within an epoch, with its running means', async () => {
    const whole = await fit(task({}));
    const cut = await fit(
      task({ callbacks: [checkpoint({ folder, every: { batches: 1 } }), { onBatch: ({ step, stop }) => void (step === 5 && stop()) }] }),
    );
    disposeTree(cut.state);
    const saved = await loadCheckpoint(folder);
    expect(saved?.position).toMatchObject({ epoch: 1, batch: 2, step: 5, samples: 2 });
    const steps: number[] = [];
    const { state, history } = await fit(task({ callbacks: [{ onBatch: ({ step }) => void steps.push(step) }], ...saved! }));
    expect(steps).toEqual([6, 7, 8, 9]);
    expect(weight(state)).toBe(weight(whole.state));
    expect(history.map(({ epoch, train: logs }) => [epoch, logs['loss']])).toEqual(
      whole.history.slice(1).map(({ epoch, train: logs }) => [epoch, logs['loss']]),
    );
    disposeTree([state, whole.state]);
  });

  test('callbacks go on with what they remember, whatever epoch the run was cut off in', async () => {
    // The loss rises: the first epoch is the best, and the run ends two epochs after it, with its state.
    const rising: Transform = { ...optimizer, update: (grads, state) => [mapTree((grad: tf.Tensor) => tf.mul(grad, 0.01), grads), state] };
    const start = { optimizer: rising, epochs: 9 };
    const whole = await fit(task({ ...start, callbacks: [earlyStopping({ patience: 2 })] }));
    expect(whole.history).toHaveLength(3);
    for (const cutAt of [4, 5, 6, 7, 8, 9]) {
      const cut = { onBatch: ({ step, stop }: { step: number; stop(): void }) => void (step === cutAt && stop()) };
      const save = () => checkpoint({ folder, every: { batches: 1, epochs: 1 }, keep: 1 });
      disposeTree((await fit(task({ ...start, callbacks: [save(), earlyStopping({ patience: 2 }), cut] }))).state);
      const saved = await loadCheckpoint(folder);
      expect(saved?.position.step).toBe(cutAt);
      const { state } = await fit(task({ ...start, callbacks: [save(), earlyStopping({ patience: 2 })], ...saved! }));
      expect([cutAt, weight(state)]).toEqual([cutAt, weight(whole.state)]);
      disposeTree(state);
    }
    disposeTree(whole.state);
  });

  test('what callbacks and metrics kept is disposed also where nothing takes it', async () => {
    const count = { name: 'count', init: () => tf.scalar(0), update: () => tf.scalar(1), merge: tf.add, result: () => 1 } as never;
    const cut = { onBatch: ({ step, stop }: { step: number; stop(): void }) => void (step === 4 && stop()) };
    const callbacks = [earlyStopping(), checkpoint({ folder, every: { batches: 1 } }), cut];
    disposeTree((await fit(task({ metrics: { count }, callbacks }))).state);
    const saved = await loadCheckpoint(folder);
    expect(Object.keys(saved?.position.callbacks ?? {})).toEqual(['earlyStopping']);
    expect(leaves(saved!.position.metrics)).toHaveLength(1);
    disposeTree((await fit(task({ ...saved!, signal: AbortSignal.abort() }))).state);
  });

  test('keeps the key of the data and texts', async () => {
    await run({ dataKey: key(2 ** 40 + 7), metadata: { note: 'x' } });
    const saved = await loadCheckpoint(folder);
    expect([saved?.dataKey, saved?.metadata]).toEqual([key(2 ** 40 + 7), { note: 'x' }]);
    disposeTree(saved!.state);
  });

  test('a run that goes on from an older one takes away what came after', async () => {
    await run({ every: { batches: 1 }, keep: 9 });
    const saved = await loadCheckpoint(folder);
    disposeTree(saved!.state);
    await rm(join(folder, 'step-0000000009.json'));
    const older = await loadCheckpoint(folder);
    expect(older?.position).toMatchObject({ epoch: 2, batch: 2, step: 8 });
    disposeTree(older!.state);
    await run({ every: { batches: 2 }, keep: 9 }, { epochs: 1 });
    expect(await manifests()).toEqual(['step-0000000001.json', 'step-0000000002.json', 'step-0000000003.json']);
  });

  test('takes away what a killed run left behind, and nothing else', async () => {
    const left = ['step-0000000001-00000000.safetensors', 'step-0000000001.json.1b9d6bcd-bbfd.tmp'];
    for (const name of [...left, 'notes.txt', 'model.safetensors']) await writeFile(join(folder, name), 'x');
    await run({ keep: 1 });
    const names = await readdir(folder);
    expect(names.filter((name) => !name.startsWith('step-0000000009'))).toEqual(['model.safetensors', 'notes.txt']);
    expect(names).toHaveLength(4);
  });

  test('refuses options out of range', () => {
    expect(() => checkpoint({ folder, keep: 0 })).toThrow('checkpoint: expected keep to be a whole number of at least 1, got 0. ');
    expect(() => checkpoint({ folder, every: {} })).toThrow(
      'checkpoint: expected every with whole numbers of epochs or batches, or seconds above 0, got {}. ',
    );
    expect(() => checkpoint({ folder, every: { batches: 0.5 } })).toThrow('got {"batches":0.5}. Pass for example { batches: 500 }.');
  });

  test('says which number it cannot find', async () => {
    await expect(run({ best: { name: 'accuracy' } })).rejects.toThrow("checkpoint: expected a number 'accuracy' in the logs, got loss. ");
    await expect(run({ best: { name: 'loss', of: 'validation' } })).rejects.toThrow("'loss' in the logs, got no validation. ");
  });
});

describe('loadCheckpoint', () => {
  test('finds nothing in an empty folder or none', async () => {
    expect(await loadCheckpoint(folder)).toBeUndefined();
    expect(await loadCheckpoint(join(folder, 'nowhere'))).toBeUndefined();
  });

  test('passes over damaged ones, and says so', async () => {
    await run({ every: { batches: 1 }, keep: 3 });
    const tensors = (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort();
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const bytes = await readFile(join(folder, tensors[2]!));
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(join(folder, tensors[2]!), bytes);
    await truncate(join(folder, tensors[1]!), 100);
    const saved = await loadCheckpoint(folder, { warn });
    expect(saved?.position.step).toBe(7);
    disposeTree(saved!.state);
    expect(warnings.map((warning) => warning.slice(0, 40))).toEqual([
      'loadCheckpoint: passes over step 9 of /t',
      'loadCheckpoint: passes over step 8 of /t',
    ]);
    await writeFile(join(folder, 'step-0000000007.json'), '{');
    await expect(loadCheckpoint(folder, { warn })).rejects.toThrow(
      `loadCheckpoint: expected a whole checkpoint in ${folder}, got 3 damaged ones. `,
    );
  });

  test('warns of another build or thread count', async () => {
    await run({ keep: 1 });
    const path = join(folder, 'step-0000000009.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as { environment: Record<string, unknown> };
    expect(manifest.environment).toMatchObject({ backend: 'cpu', threads: 1, tfjs: '4.22.0' });
    manifest.environment['threads'] = 8;
    await writeFile(path, JSON.stringify(manifest));
    const warnings: string[] = [];
    const saved = await loadCheckpoint(folder, { warn: (message) => warnings.push(message) });
    expect(warnings).toEqual([
      'loadCheckpoint: the run goes on elsewhere than it was saved, so its last bits may differ: threads 8, now 1.',
    ]);
    expect(leaves(saved!.state)).toHaveLength(2);
    disposeTree(saved!.state);
  });
});

/** Runs the program; kills it so many lines and milliseconds after its start, if it has not ended by then. */
function runProgram(path: string, kill?: { lines: number; milliseconds: number }): Promise<{ ended: boolean; said: string }> {
  const script = new URL('killed-run.fixture.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=@kumiko/source', '--disable-warning=ExperimentalWarning', script, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let lines = 0;
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    lines += chunk.toString().split('\n').length - 1;
    if (kill && lines >= kill.lines) setTimeout(() => child.kill('SIGKILL'), kill.milliseconds);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0 && code !== null) reject(new Error(said));
      else resolve({ ended: code === 0, said });
    });
  });
}

describe('a run that is killed', () => {
  const kills = Number(process.env['KUMIKO_KILLS'] ?? 5);

  test(
    `ends with the bits of the run that was not, killed ${kills} times`,
    async () => {
      const whole = join(folder, 'whole');
      expect((await runProgram(whole)).ended).toBe(true);
      const expected = await readFile(join(whole, 'end.safetensors'));
      let killed = 0;
      for (let run = 0; killed < kills; run++) {
        const path = join(folder, `killed-${run}`);
        const moments: string[] = [];
        for (let ended = false; !ended;) {
          const kill = { lines: 1 + Math.floor(Math.random() * 12), milliseconds: Math.random() * 12 };
          const result = await runProgram(path, killed < kills ? kill : undefined);
          ended = result.ended;
          if (!ended) killed++;
          moments.push(`${kill.lines} lines and ${kill.milliseconds.toFixed(1)} ms`);
        }
        const same = (await readFile(join(path, 'end.safetensors'))).equals(expected);
        expect(same, `the same bytes after kills at ${moments.join(', ')}`).toBe(true);
      }
    },
    60_000 + kills * 15_000,
  );
});
