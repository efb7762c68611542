/**
 * Runs tfjs-core's own specs on a backend, each configuration alone in a process or page.
 *
 *   node tools/conformance/run.ts [--backend wasm|cpu|stock-wasm] [--threads N ...] [--gradients tfjs|own] [--deterministic] [--pages]
 */
import { parseArgs } from 'node:util';
import { backends, describeConfiguration, expectedSpecs } from './configuration.ts';
import type { Configuration } from './configuration.ts';
import { runPages } from './run-page.ts';
import { runProcesses } from './run-process.ts';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    threads: { type: 'string', multiple: true, default: ['1', '2'] },
    gradients: { type: 'string', default: 'tfjs' },
    deterministic: { type: 'boolean', default: false },
    pages: { type: 'boolean', default: false },
  },
});
const backend = backends.find((name) => name === values.backend);
if (backend === undefined)
  throw new Error(`--backend: expected one of ${backends.join(', ')}, got ${values.backend}. Leave it out to run wasm.`);
if (values.gradients !== 'tfjs' && values.gradients !== 'own') {
  throw new Error(`--gradients: expected tfjs or own, got ${values.gradients}. Leave it out to run with tfjs' gradients.`);
}
const { gradients, deterministic, pages } = values;
if (pages && backend !== 'wasm') throw new Error(`--pages: expected --backend wasm, got ${backend}. Only our backend runs in pages here.`);
const threads = backend === 'wasm' ? values.threads.map(Number) : [1];
if (!threads.every((count) => Number.isInteger(count) && count > 0)) {
  throw new Error(`--threads: expected whole numbers of at least 1, got ${values.threads.join(', ')}. Pass --threads 1 --threads 2.`);
}

const configurations: readonly Configuration[] = pages
  ? [
      { backend, place: 'isolated page', threads: 2, gradients, deterministic },
      { backend, place: 'plain page', threads: 1, gradients, deterministic },
    ]
  : threads.map((count) => ({ backend, place: 'process', threads: count, gradients, deterministic }));
const start = performance.now();
const outcomes = await (pages ? runPages(configurations) : runProcesses(configurations));

const total = { passed: 0, failed: 0 };
for (const [i, outcome] of outcomes.entries()) {
  const name = describeConfiguration(configurations[i]!);
  for (const { name: spec, messages } of outcome.failures) {
    console.log(`FAILED (${name}) ${spec}\n${messages.map((message) => `    ${message.replaceAll('\n', '\n    ')}`).join('\n')}`);
  }
  // A spec that was silently lost, or one too many, counts as a failure.
  const expected = expectedSpecs(configurations[i]!);
  const lost = Math.abs(expected - outcome.executed);
  if (lost > 0) console.log(`COUNT (${name}) expected exactly ${expected} specs to run, got ${outcome.executed}`);
  const failed = outcome.failures.length + lost;
  console.log(`${name}: ${outcome.passed} passed, ${failed} failed`);
  total.passed += outcome.passed;
  total.failed += failed;
}
console.log(`\n${total.passed} passed, ${total.failed} failed in ${((performance.now() - start) / 1000).toFixed(0)} s`);
process.exitCode = total.failed > 0 ? 1 : 0;
