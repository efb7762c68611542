import { cpu, selectBackend, type BackendProvider } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { afterAll, beforeAll, describe } from 'vitest';

/** The backends that goldens hold on. The engine is global, so that one runs after the other. */
const backends: readonly { readonly name: string; readonly provider: () => BackendProvider }[] = [
  { name: 'cpu', provider: cpu },
  { name: 'wasm', provider: () => wasm({ threads: 1 }) },
];

/** Runs a suite on every backend, within a `describe` of its name. */
export function onEveryBackend(suite: (name: string) => void): void {
  for (const { name, provider } of backends) {
    describe(name, () => {
      let dispose = (): Promise<void> => Promise.resolve();
      beforeAll(async () => {
        const backend = await selectBackend([provider()]);
        // tfjs registers its cpu backend once, when it is imported: it stays.
        if (backend.name !== 'cpu') dispose = () => backend.dispose();
      });
      afterAll(() => dispose());
      suite(name);
    });
  }
}
