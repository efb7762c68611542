import { backend, getBackend, version_core } from '@tensorflow/tfjs-core';

/** What the last bits of a run depend on. Equal environments give equal bits. */
export type Environment = { readonly [name: string]: string | number | boolean };

/** Where `@kumiko/backend` keeps how a backend is reached; by its registered name, because this package need not know that one. */
const WASM_HOST = Symbol.for('kumiko.wasm.host');

/** The machine, the build and the threads that run now. */
export function currentEnvironment(): Environment {
  const { process, navigator } = globalThis as {
    process?: { versions?: { node?: string }; platform?: string; arch?: string };
    navigator?: { userAgent?: string };
  };
  const host = (backend() as unknown as { [WASM_HOST]?: { threads: number; relaxedSimd: boolean } })[WASM_HOST];
  const node = process?.versions?.node;
  return {
    backend: getBackend(),
    threads: host?.threads ?? 1,
    ...(host && { relaxedSimd: host.relaxedSimd }),
    tfjs: version_core,
    runtime: node === undefined ? (navigator?.userAgent ?? 'unknown') : `node ${node} ${process?.platform} ${process?.arch}`,
  };
}

/** What differs between two environments, for a message: `threads 2, now 1`. */
export function environmentChanges(saved: Environment, now: Environment): string[] {
  const names = new Set([...Object.keys(saved), ...Object.keys(now)]);
  return [...names].filter((name) => saved[name] !== now[name]).map((name) => `${name} ${String(saved[name])}, now ${String(now[name])}`);
}
