/**
 * Runs every check and suite, one after the other, and ends with one plain line: `N passed, N failed`.
 *
 *   node tools/verify.ts          what CI runs
 *   node tools/verify.ts --full   the same with everything in every configuration, and more repetitions
 *
 * A suite counts with its own closing line; a command without one counts as one test.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './packages.ts';

const full = process.argv.includes('--full');

interface Suite {
  readonly name: string;
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const suites: readonly Suite[] = [
  { name: 'check', command: 'node tools/check.ts' },
  // The README's command, as a newcomer types it.
  { name: 'test', command: 'npx -y pnpm@12 test', environment: full ? { KUMIKO_KILLS: '100', KUMIKO_FUZZ: '2000' } : {} },
  { name: 'compiled', command: 'vitest run --config vitest.compiled.config.ts' },
  { name: 'conformance', command: 'node tools/conformance/run.ts' },
  ...(full ? [{ name: 'conformance in pages', command: 'node tools/conformance/run.ts --pages' }] : []),
  ...(full ? [{ name: 'conformance without relaxed instructions', command: 'node tools/conformance/run.ts --deterministic' }] : []),
  { name: 'packed', command: 'node tools/test-packed.ts' },
  { name: 'browser', command: 'node tools/test-browser.ts' },
  { name: 'demo', command: full ? 'npx -y pnpm@12 demo' : 'npx -y pnpm@12 demo --epochs 1 --limit 2000' },
  ...(full ? [{ name: 'size', command: 'node tools/build.ts && size-limit' }] : []),
  ...(full ? [{ name: 'docs', command: 'typedoc' }] : []),
];

const environment = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter), NO_COLOR: '1' };

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

async function run({ name, command, environment: extra }: Suite): Promise<Outcome> {
  console.log(`\n--- ${name}: ${command}`);
  const start = performance.now();
  const child = spawn(command, { cwd: root, env: { ...environment, ...extra }, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      to.write(chunk);
    });
  }
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (status) => resolve(status ?? 1));
  });
  const line = [...said.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1);
  const outcome = line ? { passed: Number(line[1]), failed: Number(line[2]) } : { passed: 1, failed: 0 };
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`--- ${name}: ${code === 0 ? 'ok' : 'FAILED'} after ${seconds} s`);
  if (code === 0) return outcome;
  // A run that fails without a failed test (a crash, a timeout) is one failure, and vouches for nothing it did not count.
  return { passed: line ? outcome.passed : 0, failed: Math.max(1, outcome.failed) };
}

const outcomes: Outcome[] = [];
for (const suite of suites) outcomes.push(await run(suite));
const sum = (key: keyof Outcome): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
