import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bundleSpecs } from './bundle-specs.ts';
import { describeConfiguration, expectedSpecs } from './configuration.ts';
import type { Configuration, Outcome } from './configuration.ts';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    threads: { type: 'string', multiple: true, default: ['1', '2'] },
    gradients: { type: 'string', default: 'tfjs' },
    deterministic: { type: 'boolean', default: false },
  },
});
if (!(values.backend in expectedSpecs)) {
  throw new Error(`--backend: expected one of ${Object.keys(expectedSpecs).join(', ')}, got ${values.backend}. Leave it out to run wasm.`);
}
if (values.gradients !== 'tfjs' && values.gradients !== 'own') {
  throw new Error(`--gradients: expected tfjs or own, got ${values.gradients}. Leave it out to run with tfjs' gradients.`);
}
const { gradients, deterministic } = values;
const backend = values.backend as Configuration['backend'];
const threads = backend === 'wasm' ? values.threads.map(Number) : [1];
if (!threads.every((count) => Number.isInteger(count) && count > 0)) {
  throw new Error(`--threads: expected whole numbers of at least 1, got ${values.threads.join(', ')}. Pass --threads 1 --threads 2.`);
}

/** Runs the bundle in a process of its own, so that no configuration sees another's engine. */
async function run(bundle: string, configuration: Configuration): Promise<Outcome> {
  const path = bundle.replace(/\.mjs$/, `-${configuration.threads}.json`);
  rmSync(path, { force: true });
  const child = spawn(process.execPath, [bundle, JSON.stringify(configuration), path], { stdio: ['ignore', 'pipe', 'pipe'] });
  // The specs provoke warnings on purpose; what a process says matters only when it dies.
  let said = '';
  const keep = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-8_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | string | null>((resolve) => child.on('exit', (status, signal) => resolve(status ?? signal)));
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Outcome;
  return { executed: 0, passed: 0, failures: [{ name: `the process ended early (${code})`, messages: [said] }] };
}

const bundle = await bundleSpecs(backend);
const configurations = threads.map((count): Configuration => ({ backend, threads: count, gradients, deterministic }));
const outcomes = await Promise.all(
  configurations.map(async (configuration) => {
    const start = performance.now();
    const outcome = await run(bundle, configuration);
    return { configuration, outcome, seconds: (performance.now() - start) / 1000 };
  }),
);

const total = { passed: 0, failed: 0 };
for (const { configuration, outcome, seconds } of outcomes) {
  const name = describeConfiguration(configuration);
  for (const { name: spec, messages } of outcome.failures) {
    console.log(`FAILED (${name}) ${spec}\n${messages.map((message) => `    ${message.replaceAll('\n', '\n    ')}`).join('\n')}`);
  }
  // A spec that was silently lost, or one too many, counts as a failure.
  const expected = expectedSpecs[backend];
  const lost = Math.abs(expected - outcome.executed);
  if (lost > 0) console.log(`COUNT (${name}) expected exactly ${expected} specs to run, got ${outcome.executed}`);
  const failed = outcome.failures.length + lost;
  console.log(`${name}: ${outcome.passed} passed, ${failed} failed in ${seconds.toFixed(0)} s`);
  total.passed += outcome.passed;
  total.failed += failed;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
