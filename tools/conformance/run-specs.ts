import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import { jasmineEnvironment } from './jasmine-globals.ts';
import type { SpecResult } from './jasmine-globals.ts';
import type { Configuration, Outcome } from './configuration.ts';

/** Registers a backend under its name with tfjs' engine. */
export type Register = (configuration: Configuration) => Promise<void> | void;

/** Runs every spec of tfjs-core on one backend, once in a process or page. */
export async function runSpecs(configuration: Configuration, register: Register): Promise<Outcome> {
  const backendName = configuration.backend === 'cpu' ? 'cpu' : 'wasm';

  // Published specs call tensors' methods and expect every gradient.
  await import('@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js');
  await register(configuration);
  // The specs are declared when their modules load, so the environment comes first.
  // Those of `draw` ask for the canvas context that the environment is named after; only `cpu` stands for the plain one.
  setTestEnvs([{ name: configuration.place === 'process' ? backendName : 'cpu', backendName, isDataSync: true }]);
  await import('@tensorflow/tfjs-core/dist/tests.js');

  let executed = 0;
  let passed = 0;
  const failures: { name: string; messages: string[] }[] = [];
  const fail = ({ fullName, failedExpectations }: SpecResult) =>
    failures.push({ name: fullName, messages: failedExpectations.map(({ message }) => message) });
  await new Promise<void>((resolve) => {
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
      jasmineDone: resolve,
    });
    jasmineEnvironment.execute();
  });
  return { executed, passed, failures };
}
