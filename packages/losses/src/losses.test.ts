import { cpu, selectBackend } from '@kumiko/backend';
import { FLOAT32_TOLERANCE } from '@kumiko/testing';
import { beforeAll, expect, test } from 'vitest';
import * as losses from './index.ts';
import { lossGoldens } from './loss-goldens.fixture.ts';
import { lossRows } from './loss-rows.fixture.ts';
import { lossesContract } from './losses-contract.fixture.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test('every exported loss has a row, goldens with a gradient, of its defaults and of 1e4, and an error', () => {
  const { reduceLoss: _, ...exported } = losses;
  expect(Object.keys(lossRows).sort()).toEqual(Object.keys(exported).sort());
  for (const [name, loss] of Object.entries(exported)) {
    const goldens = lossGoldens.filter((golden) => golden.loss === name);
    expect([name, lossRows[name]?.loss === loss]).toEqual([name, true]);
    expect([name, goldens.some(({ gradients, extreme }) => gradients.length > 0 && !extreme)]).toEqual([name, true]);
    expect([name, goldens.some(({ options }) => Object.keys(options).length === 0)]).toEqual([name, true]);
    expect([name, goldens.some(({ extreme }) => extreme)]).toEqual([name, true]);
    expect([name, (lossRows[name]?.errors.length ?? 0) > 0]).toEqual([name, true]);
  }
});

lossesContract(FLOAT32_TOLERANCE);
