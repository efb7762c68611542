/**
 * Tests the packages as users get them: builds and packs them all, installs the tarballs with plain npm into two fresh apps,
 * one that has only `@tensorflow/tfjs-core` and one that has the whole `@tensorflow/tfjs`, and runs small programs there.
 *
 *   node tools/test-packed.ts [--no-build] [--keep]
 *
 * The programs are in `packed/`. `--keep` leaves the apps and prints where they are.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findPackages, root } from './packages.ts';

const [build, keep] = [!process.argv.includes('--no-build'), process.argv.includes('--keep')];
const packages = findPackages().filter(({ manifest }) => !manifest.private);
const work = mkdtempSync(join(tmpdir(), 'kumiko-packed-'));
const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
const counts = { passed: 0, failed: 0 };

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(cwd: string, command: string, ...rest: string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, rest, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, NO_COLOR: '1' },
    shell: process.platform === 'win32',
    timeout: 180_000,
  });
  return { code: status ?? 1, stdout, stderr: error ? `${stderr}${error.message}` : stderr };
}

/** Runs a test: what it returns is what went wrong. */
function test(name: string, body: () => string | undefined): void {
  const start = performance.now();
  const problem = body();
  counts[problem === undefined ? 'passed' : 'failed'] += 1;
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
  console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`);
  if (problem !== undefined) console.log(problem.trimEnd().replaceAll(/^/gm, '  '));
}

function failure({ code, stdout, stderr }: Outcome): string | undefined {
  return code === 0 ? undefined : `exit code ${code}\n${stdout}${stderr}`;
}

/** Fails when a program fails, or says anything at all on stderr: a duplicate registration, a second copy of core, a deprecation. */
function silently(outcome: Outcome): string | undefined {
  return failure(outcome) ?? (outcome.stderr.trim() === '' ? undefined : `expected nothing on stderr, got\n${outcome.stderr}`);
}

/** The pnpm that runs this script, or one that npx finds. */
function pnpm(...rest: string[]): Outcome {
  const own = process.env['npm_execpath'];
  if (own && /pnpm[^/\\]*$/.test(own) && !/\.c?js$/.test(own)) return run(root, own, ...rest);
  return run(root, 'npx', '-y', 'pnpm@12', ...rest);
}

/** The real folders of every copy of a package in an app. */
function copiesOf(app: string, name: string): string[] {
  return globSync(`**/node_modules/${name}/package.json`, { cwd: app });
}

/** The Node that runs this script and the machine's own, where that is another version; both by version. */
function machineNodes(): Map<string, string> {
  const found = new Map([[process.versions.node, process.execPath]]);
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const node = join(folder, 'node');
    const { code, stdout } = run(root, node, '--version');
    if (code === 0) found.set(stdout.trim().slice(1), node);
  }
  return found;
}

function makeApp(name: string, tarballs: readonly string[], ...others: string[]): string {
  const app = join(work, name);
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  test(`${name}: npm installs ${others.join(', ')} and ${tarballs.length} tarballs`, () =>
    failure(run(app, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...others, ...tarballs)));
  test(`${name}: one copy of tfjs-core and of each package`, () => {
    const names = ['@tensorflow/tfjs-core', ...packages.map(({ manifest }) => manifest.name)];
    const wrong = names.map((one) => copiesOf(app, one)).filter(({ length }) => length !== 1);
    return wrong.length === 0 ? failure(run(app, 'npm', 'ls', '@tensorflow/tfjs-core')) : JSON.stringify(wrong);
  });
  cpSync(join(root, 'tools/packed'), app, { recursive: true });
  return app;
}

/** Bundles the training into `<app>/<platform>/train.mjs`, without a plugin or a setting for Kumiko's sake. */
function bundle(app: string, platform: 'browser' | 'node'): string | undefined {
  const flags = ['--bundle', '--format=esm', `--platform=${platform}`, '--splitting', `--outdir=${platform}`, '--out-extension:.js=.mjs'];
  // In Node, tfjs-core requires Node's own modules, which an ES module can do only this way.
  const banner = `--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
  return silently(run(app, 'esbuild', 'train.ts', ...flags, '--log-level=warning', ...(platform === 'node' ? [banner] : [])));
}

test('build', () => (build ? failure(run(root, 'node', 'tools/build.ts')) : undefined));
const packed = join(work, 'packed');
mkdirSync(packed);
test('pack', () => failure(pnpm('-r', '--filter', './packages/*', 'pack', '--pack-destination', packed)));
const tarballs = packages.map(({ manifest }) => join(packed, `${manifest.name.slice(1).replace('/', '-')}-${manifest.version}.tgz`));
for (const tarball of tarballs) {
  const name = tarball.slice(packed.length + 1);
  test(`${name}: LICENSE, README, dist, and no source`, () => {
    const { stdout } = run(work, 'tar', '-tzf', tarball);
    const files = stdout.split('\n');
    const missing = ['package/LICENSE', 'package/README.md', 'package/dist/index.js', 'package/dist/index.d.ts'].filter(
      (one) => !files.includes(one),
    );
    const extra = files.filter((one) => one.includes('/src/') || one.includes('.test.'));
    return missing.length + extra.length === 0 ? undefined : `missing: ${missing.join(', ')}\nnot wanted: ${extra.join(', ')}`;
  });
  test(`${name}: publint`, () => failure(run(root, 'publint', 'run', tarball, '--strict')));
  test(`${name}: attw`, () => failure(run(root, 'attw', tarball, '--profile', 'esm-only', '--no-emoji')));
}

const alone = makeApp('alone', tarballs, '@tensorflow/tfjs-core@4.22.0');
test('alone: trains in Node', () => silently(run(alone, 'node', 'train.ts')));
test('alone: its types hold in a strict consumer', () => failure(run(alone, 'tsc', '-p', 'tsconfig.json')));
test('alone: esbuild bundles the training for pages', () => bundle(alone, 'browser'));
test('alone: esbuild bundles the training for Node', () => bundle(alone, 'node'));
for (const [version, node] of machineNodes()) {
  test(`alone: that bundle trains on Node ${version}`, () => silently(run(alone, node, '--no-warnings', 'node/train.mjs')));
  test(`alone: require() of every package on Node ${version}`, () =>
    silently(run(alone, node, '--no-warnings', 'require.cjs', ...packages.map((one) => one.manifest.name))));
}

const together = makeApp('together', tarballs, '@tensorflow/tfjs@4.22.0');
test('together: trains with tfjs imported before', () => silently(run(together, 'node', 'tfjs-before.mjs')));
test('together: trains with tfjs imported after', () => silently(run(together, 'node', 'tfjs-after.mjs')));

if (keep) console.log(`kept ${work}: ${readdirSync(work).join(', ')}`);
else rmSync(work, { recursive: true });
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
