/** Jasmine without Node's part, which a page can run as well. */
declare module 'jasmine-core/lib/jasmine-core/jasmine.js' {
  interface JasmineRequire<Environment> {
    core(all: JasmineRequire<Environment>): { getEnv(options: { suppressLoadErrors: boolean }): Environment };
    interface(jasmine: unknown, environment: Environment): Readonly<Record<string, unknown>>;
  }
  const jasmineRequire: JasmineRequire<import('./jasmine-globals.ts').JasmineEnvironment>;
  export default jasmineRequire;
}
