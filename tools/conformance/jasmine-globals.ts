import jasmineRequire from 'jasmine-core/lib/jasmine-core/jasmine.js';

/** What a spec did, as jasmine 3 reports it. */
export interface SpecResult {
  readonly fullName: string;
  readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
  readonly failedExpectations: readonly { readonly message: string; readonly stack?: string }[];
}

/** The few members of jasmine's environment that a run needs. */
export interface JasmineEnvironment {
  configure(options: { random: boolean; failSpecWithNoExpectations: boolean }): void;
  addReporter(reporter: { specDone(result: SpecResult): void; suiteDone(result: SpecResult): void; jasmineDone(): void }): void;
  execute(): void;
}

const jasmine = jasmineRequire.core(jasmineRequire);

/** Jasmine's environment. Importing this module puts `describe`, `it` and `expect` on the global object, where the specs look for them. */
export const jasmineEnvironment: JasmineEnvironment = jasmine.getEnv({ suppressLoadErrors: true });
Object.assign(globalThis, jasmineRequire.interface(jasmine, jasmineEnvironment));
jasmineEnvironment.configure({ random: false, failSpecWithNoExpectations: false });
