/** The gradients of every row on wasm against those on cpu, wherever the tests run: in Node, in an isolated page and in a plain one. */
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { beforeAll, expect, test } from 'vitest';
import { gradientRows, rowGradients, type GradientRow } from '../../backend/src/gradients/gradient-rows.ts';

const reference = new Map<string, number[][]>();

beforeAll(async () => {
  await selectBackend([cpu()]);
  for (const row of gradientRows) reference.set(row.name, rowGradients(row));
  expect((await selectBackend([wasm()])).name).toBe('wasm');
});

test.each(gradientRows.map((row): [string, GradientRow] => [row.name, row]))('%s', (name, row) => {
  const expected = reference.get(name) as number[][];
  const scale = Math.max(1, ...expected.flat().map(Math.abs));
  const errors = rowGradients(row).map((values, input) =>
    values.map((value, i) => Math.abs(value - (expected[input]?.[i] ?? NaN)) / scale),
  );
  expect(Math.max(...errors.flat())).toBeLessThan(2e-6);
});
