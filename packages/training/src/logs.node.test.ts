import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { csvLog } from './csv-log.ts';
import { batchEvent, epochEvent } from './events.fixture.ts';
import { jsonLinesLog } from './json-lines-log.ts';
import { learningRateLog } from './learning-rate-log.ts';
import { timeBudget } from './time-budget.ts';

let folder = '';
beforeAll(async () => {
  await selectBackend([cpu()]);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-logs-'));
});
afterEach(() => rm(folder, { recursive: true }));

const first = epochEvent({ epoch: 0, step: 9, elapsed: 1500, train: { loss: 0.5, 'a,"b': 1, matrix: [[1]] }, validation: { loss: NaN } });
const second = epochEvent({ epoch: 1, step: 18, elapsed: 500, train: { loss: 1e-9, 'a,"b': 2 }, validation: { loss: Infinity } });

test('csvLog writes rows, and goes on in the file of another run', async () => {
  const path = join(folder, 'deep', 'run.csv');
  await csvLog(path).onEpoch?.(first);
  await csvLog(path).onEpoch?.(second);
  expect(await readFile(path, 'utf8')).toBe(
    'epoch,step,seconds,loss,"a,""b",validation_loss\n1,9,1.5,0.5,1,NaN\n2,18,0.5,1e-9,2,Infinity\n',
  );
});

test('csvLog refuses other columns', async () => {
  const log = csvLog({ write: () => {} });
  await log.onEpoch?.(epochEvent({ train: { loss: 1 } }));
  await expect(log.onEpoch?.(epochEvent({ train: { loss: 1, accuracy: 1 } }))).rejects.toThrow(
    'csvLog: expected the columns epoch, step, seconds, loss, got epoch, step, seconds, loss, accuracy. Log the same numbers',
  );
});

test('jsonLinesLog writes lines that can be read again', async () => {
  const path = join(folder, 'run.jsonl');
  const log = jsonLinesLog(path, { batches: 2 });
  for (const step of [1, 2, 3]) await log.onBatch?.(batchEvent({ step, loss: step === 2 ? Infinity : 1 }));
  await log.onEpoch?.(first);
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { epoch: 1, step: 2, loss: 'Infinity' },
    { epoch: 1, step: 9, seconds: 1.5, train: { loss: 0.5, 'a,"b': 1, matrix: [[1]] }, validation: { loss: 'NaN' } },
  ]);
});

test('learningRateLog reads a schedule at the step, or the state, and leaves no tensor', async () => {
  const before = tf.memory().numTensors;
  const event = batchEvent({ step: 4 });
  expect(await learningRateLog((step) => tf.div(1, step)).addLogs?.(event)).toEqual({ learningRate: 0.25 });
  const held = tf.scalar(0.5);
  expect(await learningRateLog(() => held, { name: 'rate' }).addLogs?.(event)).toEqual({ rate: 0.5 });
  held.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('timeBudget ends the run after the batch in which the time is up', async () => {
  let time = 5;
  const budget = timeBudget(2, { now: () => time });
  const stopped: number[] = [];
  for (time of [1000, 2004, 2005, 3000]) await budget.onBatch?.(batchEvent({ stop: () => void stopped.push(time) }));
  expect(stopped).toEqual([2005, 3000]);
  expect(() => timeBudget(0)).toThrow('timeBudget: expected seconds above 0, got 0. Pass for example 3600.');
});
