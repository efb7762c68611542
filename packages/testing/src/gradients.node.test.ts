/** The gradients of every row on each backend in float32, against the same rows in double precision, computed by a process of their own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cpu, selectBackend, type BackendProvider } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gradientRows, rowGradients, type GradientRow } from '../../backend/src/gradients/gradient-rows.ts';

/** Each backend, and the largest error it may have, relative to 1 or to the largest gradient of an input. */
const backends: readonly (readonly [name: string, provider: () => BackendProvider, tolerance: number])[] = [
  ['cpu', cpu, 1e-6],
  ['wasm, 1 thread', () => wasm({ threads: 1 }), 1e-6],
  ['wasm, 2 threads', () => wasm({ threads: 2 }), 1e-6],
  ['wasm, 2 threads, no relaxed instructions', () => wasm({ threads: 2, deterministic: true }), 1e-6],
];

let oracle: Readonly<Record<string, number[][]>>;

beforeAll(async () => {
  const script = fileURLToPath(new URL('../../backend/src/gradients/print-float64-gradients.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@kumiko/source', script], { maxBuffer: 2 ** 26 });
  oracle = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as typeof oracle;
});

function worstError(actual: readonly number[][], expected: readonly number[][]): number {
  return Math.max(
    ...expected.map((wanted, input) => {
      const scale = Math.max(1, ...wanted.map(Math.abs));
      return Math.max(...wanted.map((value, index) => Math.abs((actual[input]?.[index] ?? NaN) - value) / scale));
    }),
  );
}

describe.each(backends)('float32 gradients on %s agree with double precision', (name, provider, tolerance) => {
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    const backend = await selectBackend([provider()]);
    dispose = () => backend.dispose();
    expect(backend.name).toBe(name.split(',')[0]);
  });
  afterAll(() => dispose());

  test.each(gradientRows.map((row): [string, GradientRow] => [row.name, row]))('%s', (rowName, row) => {
    expect(worstError(rowGradients(row), oracle[rowName] ?? [[NaN]])).toBeLessThan(tolerance);
  });
});
