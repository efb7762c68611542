/** One run of the specs: a backend with its options, alone in a process or page. */
export interface Configuration {
  readonly backend: 'wasm' | 'cpu' | 'stock-wasm';
  /** A process of Node, or a page of Chromium: isolated, which may share memory with threads, or plain. */
  readonly place: 'process' | 'isolated page' | 'plain page';
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

/** What one run reports to the one who started it. */
export interface Outcome {
  /** Specs that ran to a verdict, which leaves out those marked `xit`. */
  readonly executed: number;
  readonly passed: number;
  /** Specs that failed, and suites whose set-up or clean-up did. */
  readonly failures: readonly { readonly name: string; readonly messages: readonly string[] }[];
}

/**
 * The specs of tfjs-core 4.22.0. For a process it publishes 4,232: 5 are `xit`, and 2 of the rest are declared for a backend named `cpu` only.
 * In a page those of canvases, images, audio, storage and `fetch` join.
 */
export function expectedSpecs({ backend, place }: Pick<Configuration, 'backend' | 'place'>): number {
  if (place !== 'process') return 4370;
  return backend === 'cpu' ? 4227 : 4225;
}

/** The backends that have a module in `backends/`. */
export const backends: readonly Configuration['backend'][] = ['wasm', 'cpu', 'stock-wasm'];

/** Name of a configuration in the printed report. */
export function describeConfiguration({ backend, place, threads, gradients, deterministic }: Configuration): string {
  if (backend !== 'wasm') return backend;
  const count = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return `wasm${place === 'process' ? '' : `, ${place}`}, ${count}${gradients === 'own' ? ', own gradients' : ''}${deterministic ? ', deterministic' : ''}`;
}
