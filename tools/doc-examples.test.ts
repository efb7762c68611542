import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { examplesInMarkdown, examplesInSource, toModule } from './doc-examples.ts';

const folder = mkdtempSync(join(tmpdir(), 'doc-examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs an example of a package that exports `double`. */
async function run(code: string): Promise<void> {
  const own = join(folder, 'own.mjs');
  writeFileSync(own, 'export const double = (x) => 2 * x; export class KumikoError extends Error { name = "KumikoError"; }');
  const text = toModule({ path: 'x.ts', line: 10, code }, [{ module: own, names: ['double', 'KumikoError'] }], () => undefined);
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(path, text.replace(`'@tensorflow/tfjs-core'`, JSON.stringify(import.meta.resolve('@tensorflow/tfjs-core'))));
  await import(/* @vite-ignore */ path);
}

test('finds the examples of docstrings and of Markdown, with their lines', () => {
  const source = '/**\n * Doubles.\n *\n * @example\n * double(2); // 4\n * @see Euclid\n */\nexport const double = 1;\n';
  expect(examplesInSource('x.ts', source)).toEqual([{ path: 'x.ts', line: 5, code: 'double(2); // 4' }]);
  expect(examplesInSource('x.ts', '/**\n * @example\n * ```ts\n * a();\n * ```\n */')).toEqual([{ path: 'x.ts', line: 4, code: 'a();' }]);
  const markdown = '# T\n```ts\na();\n```\n```sh\nb\n```\n```ts no-run\nc();\n```\n';
  expect(examplesInMarkdown('x.md', markdown)).toEqual([{ path: 'x.md', line: 3, code: 'a();' }]);
});

test('a value that its comment states passes, whatever its form', async () => {
  await run('double(2); // 4');
  await run('double(0.1); // 0.2');
  await run('double(1 / 3); // 0.667');
  await run('[double(1), { a: -double(2) }]; // [2, { a: -4 }]');
  await run('new Float32Array([1, 2]); // [1, 2]');
  await run('Promise.resolve(double(3)); // 6');
  await run('tf.tensor2d([[1, 2]]); // [[1, 2]]');
  await run('console.log(double(2)); // 4');
  await run('4; // double(2)');
  await run('double(2); // 4, which is twice 2');
  await run('[2]; // [2]: twice 1');
  await run('double(2); // the double of two');
});

test('a value that its comment does not state fails and names its line', async () => {
  await expect(run('double(1);\ndouble(2); // 5')).rejects.toThrow('line 11: expected 5, got 4');
  await expect(run('double(1 / 3); // 0.668')).rejects.toThrow('expected 0.668');
  await expect(run('[1, 2]; // [1]')).rejects.toThrow('expected [1]');
  await expect(run('({ a: 1 }); // { b: 1 }')).rejects.toThrow('expected { b: 1 }');
  await expect(run('console.log(double(2)); // 5')).rejects.toThrow('got 4');
  await expect(run('5; // 4, which is twice 2')).rejects.toThrow('expected 4, got 5');
  await expect(run('5; // double(2)')).rejects.toThrow('expected double(2), got 5');
  await expect(run('nowhere();')).rejects.toThrow('nowhere is not defined');
});

test('an example may state that it throws', async () => {
  const refuse = "const refuse = () => { throw new KumikoError('dense: expected units > 0'); };\n";
  await run(`${refuse}refuse(); // throws KumikoError`);
  await run(`${refuse}refuse(); // throws KumikoError: units > 0`);
  await expect(run(`${refuse}refuse(); // throws KumikoError: shape`)).rejects.toThrow("line 11: expected a KumikoError with 'shape'");
  await expect(run('double(2); // throws KumikoError')).rejects.toThrow('line 10: expected a KumikoError, got 4');
});

test('names that the example declares are its own', async () => {
  await run('const double = (x) => 3 * x;\ndouble(2); // 6');
});
