/** One run of the specs: a backend with its options, alone in a process. */
export interface Configuration {
  readonly backend: 'wasm' | 'cpu' | 'stock-wasm';
  /** Threads that the backend may use, at least 1. */
  readonly threads: number;
  /**
   * Whose gradients: tfjs' own, as in an app that loads `@tensorflow/tfjs`, or ours alone. Ours fail a few specs on purpose: those that expect
   * a gradient tfjs gets wrong (`mirrorPad`, `avgPool` with explicit padding) or lacks (`logicalAnd`, dilated `depthwiseConv2d`).
   */
  readonly gradients: 'tfjs' | 'own';
  /** Whether the kernels are those without relaxed instructions, as in deterministic mode and on machines that lack them. */
  readonly deterministic: boolean;
}

/** What one run reports to the process that started it. */
export interface Outcome {
  /** Specs that ran to a verdict, which leaves out those marked `xit`. */
  readonly executed: number;
  readonly passed: number;
  /** Specs that failed, and suites whose set-up or clean-up did. */
  readonly failures: readonly { readonly name: string; readonly messages: readonly string[] }[];
}

/** tfjs-core 4.22.0 publishes 4,232 specs: 5 are `xit`, and 2 of the rest are declared for a backend named `cpu` only. */
export const expectedSpecs = { wasm: 4225, 'stock-wasm': 4225, cpu: 4227 } as const;

/** Name of a configuration in the printed report. */
export function describeConfiguration({ backend, threads, gradients, deterministic }: Configuration): string {
  if (backend !== 'wasm') return backend;
  const count = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return `wasm, ${count}${gradients === 'own' ? ', own gradients' : ''}${deterministic ? ', deterministic' : ''}`;
}
