/**
 * Everything that can be checked without running the tests, in under a minute: one line a step, and what a failed step said.
 *
 *   node tools/check.ts [step...]
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './packages.ts';

/** Steps by name, the slow ones first. Each is a command that fails with a code and says why. */
const steps: Readonly<Record<string, readonly string[]>> = {
  kernels: ['node', 'tools/assembly.ts', '--check'],
  worker: ['node', 'tools/thread-worker.ts', '--check'],
  examples: ['node', 'tools/doc-examples.ts'],
  unused: ['knip', '--no-progress', '--no-config-hints'],
  lint: ['oxlint', '--deny-warnings', '--format', 'unix'],
  types: ['tsc', '-p', 'tsconfig.json', '--pretty', 'false'],
  format: ['oxfmt', '--check', '.'],
  generated: ['node', 'tools/generate.ts', '--check'],
  arrows: ['node', 'tools/check-arrows.ts'],
  docs: ['node', 'tools/check-docs.ts'],
  names: ['node', 'tools/check-names.ts'],
};

/** Tools of the repository come before those of the machine, so that `node tools/check.ts` works outside of pnpm too. */
const environment = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter), NO_COLOR: '1' };

async function runStep(name: string): Promise<boolean> {
  const [command = '', ...rest] = steps[name] ?? [];
  const start = performance.now();
  const child = spawn(command, rest, { cwd: root, env: environment, shell: process.platform === 'win32' });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const passed = await new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      said += error.message;
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(5)} s`);
  if (!passed) console.log(`       ${[command, ...rest].join(' ')}\n${said.trimEnd().replaceAll(/^/gm, '  ')}\n`);
  return passed;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`check: expected some of ${Object.keys(steps).join(', ')}, got ${unknown.join(', ')}.`);
  process.exit(2);
}
const queue = wanted.length > 0 ? wanted : Object.keys(steps);
const results: boolean[] = [];
const worker = async (): Promise<void> => {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) results.push(await runStep(name));
};
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
const failed = results.filter((passed) => !passed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
