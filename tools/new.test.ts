import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { root } from './packages.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** A copy of the repository that shares its installed dependencies, so that nothing is written into the real one. */
const copy = mkdtempSync(join(tmpdir(), 'kumiko-new-'));
afterAll(() => rmSync(copy, { recursive: true }));

const kinds = ['package', 'op', 'layer', 'optimizer', 'loss', 'metric'];
const brandNew = (kind: string): string => `brand-new-${kind}`;

function run(command: string, ...rest: string[]): { code: number; said: string } {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const env = { ...process.env, PATH: path, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd: copy, encoding: 'utf8', env });
  return { code: status ?? 1, said: stdout + stderr };
}

/** What a checker said about the new files; what else it found in the repository is not this test's business. */
function saidOfTheNew(command: string, ...rest: string[]): string[] {
  return run(command, ...rest)
    .said.split('\n')
    .filter((line) => line.includes('brand-new'));
}

beforeAll(() => {
  for (const path of ['packages', 'tools', '.changeset', 'docs', 'examples']) {
    cpSync(join(root, path), join(copy, path), { recursive: true, verbatimSymlinks: true, filter: (from) => !from.endsWith('/dist') });
  }
  for (const path of ['package.json', 'tsconfig.json', 'vitest.config.ts', '.oxlintrc.json', '.oxfmtrc.json', 'LICENSE', '.gitignore']) {
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const kind of kinds)
    expect(run('node', 'tools/new.ts', kind, brandNew(kind))).toEqual({ code: 0, said: expect.stringContaining('wrote') });
  // What pnpm install would link.
  const installed = join(copy, 'packages/data/node_modules');
  cpSync(installed, join(copy, `packages/${brandNew('package')}/node_modules`), { recursive: true, verbatimSymlinks: true });
});

test('writes a source, its test and a changeset, and exports it', () => {
  expect(existsSync(join(copy, 'packages/layers/src/brand-new-layer.test.ts'))).toBe(true);
  expect(readFileSync(join(copy, 'packages/layers/src/index.ts'), 'utf8')).toContain("export * from './brand-new-layer.ts';");
  expect(readFileSync(join(copy, '.changeset/add-layer-brand-new-layer.md'), 'utf8')).toBe(
    "---\n'@kumiko/layers': minor\n---\n\nAdd `brandNewLayer`.\n",
  );
  expect(readFileSync(join(copy, 'packages/brand-new-package/README.md'), 'utf8')).toContain('| `brandNewPackage` | How many values');
  expect(readFileSync(join(copy, 'docs/arrows.md'), 'utf8')).toContain('| 2 | `@kumiko/brand-new-package` | `core` |');
});

test('what it writes is typed, linted, formatted, named and wired as the rest', () => {
  expect(saidOfTheNew('tsc', '-p', 'tsconfig.json', '--pretty', 'false')).toEqual([]);
  const fresh = globSync('packages/*/src/brand-new-*.ts', { cwd: copy });
  expect(fresh).toHaveLength(2 * kinds.length);
  expect(run('oxlint', '--deny-warnings', ...fresh)).toMatchObject({ code: 0 });
  expect(run('oxfmt', '--check', ...fresh)).toMatchObject({ code: 0 });
  expect(saidOfTheNew('node', 'tools/check-names.ts')).toEqual([]);
  expect(saidOfTheNew('node', 'tools/check-arrows.ts')).toEqual([]);
  expect(saidOfTheNew('node', 'tools/check-docs.ts')).toEqual([]);
  expect(run('node', 'tools/generate.ts', '--check')).toEqual({ code: 0, said: '' });
});

test('its examples run', () => {
  const { said } = run('node', 'tools/doc-examples.ts', 'brand-new-package', 'ops', 'layers', 'optimizers', 'losses', 'metrics');
  expect(said).toMatch(/\d+ passed, \d+ failed/);
  expect(said.split('\n').filter((line) => line.includes('brand-new'))).toEqual([]);
});

test('its tests pass, and the contract of optimizers holds', () => {
  const { said } = run('vitest', 'run', 'brand-new', 'optimizers/src/contract-cpu', '--reporter=dot');
  expect(said).toMatch(/Test Files +7 passed \(7\)/);
});

test('wrong usage says what the choices are and writes nothing', () => {
  expect(run('node', 'tools/new.ts', 'gizmo', 'x')).toMatchObject({
    code: 1,
    said: expect.stringContaining("expected a kind, got 'gizmo'."),
  });
  expect(run('node', 'tools/new.ts').said).toContain('optimizer  a gradient transform');
  expect(run('node', 'tools/new.ts', 'layer', 'BadName').said).toContain("expected a name in kebab-case, got 'BadName'");
  expect(run('node', 'tools/new.ts', 'layer', 'dense').said).toContain('packages/layers/src/dense.ts exists. Choose another name.');
  expect(run('node', 'tools/new.ts', 'layer', 'two', 'names').said).toContain('expected a kind and a name');
});
