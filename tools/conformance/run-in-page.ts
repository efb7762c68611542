import type { Configuration, Outcome } from './configuration.ts';
import { type Register, runSpecs } from './run-specs.ts';

/** What the page leaves for the process that opened it. */
export interface ConformancePage {
  runConformance(configuration: Configuration): Promise<Outcome>;
}

/** Puts the run of the specs on the global object, once the page is loaded. */
export function runInPage(register: Register): void {
  const page: ConformancePage = { runConformance: (configuration) => runSpecs(configuration, register) };
  Object.assign(globalThis, page);
}
