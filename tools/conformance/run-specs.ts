import { writeFileSync } from 'node:fs';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import { jasmineEnvironment } from './jasmine-globals.ts';
import type { SpecResult } from './jasmine-globals.ts';
import type { Configuration, Outcome } from './configuration.ts';

/**
 * Runs every spec of tfjs-core on one backend and writes the {@link Outcome} as JSON.
 *
 * Called in a process of its own as `node <bundle> <configuration as JSON> <path of the outcome>`.
 *
 * @param register registers the backend under its name with tfjs' engine
 */
export async function runSpecs(register: (configuration: Configuration) => Promise<void> | void): Promise<void> {
  const [, , argument, destination] = process.argv;
  const configuration = JSON.parse(argument!) as Configuration;
  const backendName = configuration.backend === 'cpu' ? 'cpu' : 'wasm';

  // Published specs call tensors' methods and expect every gradient.
  await import('@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js');
  await register(configuration);
  // The specs are declared when their modules load, so the environment comes first.
  setTestEnvs([{ name: backendName, backendName, isDataSync: true }]);
  await import('@tensorflow/tfjs-core/dist/tests.js');

  let executed = 0;
  let passed = 0;
  const failures: { name: string; messages: string[] }[] = [];
  const fail = ({ fullName, failedExpectations }: SpecResult) =>
    failures.push({ name: fullName, messages: failedExpectations.map(({ message }) => message) });
  jasmineEnvironment.addReporter({
    specDone(result) {
      if (result.status !== 'passed' && result.status !== 'failed') return;
      executed += 1;
      if (result.status === 'passed') passed += 1;
      else fail(result);
    },
    // A `beforeAll` or `afterAll` that throws is reported with its suite, not with a spec.
    suiteDone(result) {
      if (result.failedExpectations.length > 0) fail(result);
    },
    jasmineDone() {
      const outcome: Outcome = { executed, passed, failures };
      writeFileSync(destination!, JSON.stringify(outcome));
      process.exit(0);
    },
  });
  jasmineEnvironment.execute();
}
