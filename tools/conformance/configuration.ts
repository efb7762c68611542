/** One run of the specs: a backend with its options, alone in a process. */
export interface Configuration {
  readonly backend: 'wasm' | 'cpu' | 'stock-wasm';
  /** Threads that the backend may use, at least 1. */
  readonly threads: number;
}

/** What one run reports to the process that started it. */
export interface Outcome {
  readonly passed: number;
  readonly pending: number;
  readonly failures: readonly { readonly name: string; readonly messages: readonly string[] }[];
}

/** tfjs-core 4.22.0 publishes 4,232 specs: 5 are `xit`, and 2 of the rest are declared for a backend named `cpu` only. */
export const expectedSpecs = { wasm: 4225, 'stock-wasm': 4225, cpu: 4227 } as const;

/** Name of a configuration in the printed report. */
export function describeConfiguration({ backend, threads }: Configuration): string {
  return backend === 'cpu' ? 'cpu' : `${backend}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
