import * as tf from '@tensorflow/tfjs-core';
import { KumikoError, check } from '@kumiko/core';
import { checkOneCore } from './check-one-core.ts';
import { registerGradients } from './gradients/register-gradients.ts';
import type { Backend, BackendProvider } from './provider.ts';

/**
 * Starts the first supported backend of a list, makes it tfjs' current one, and registers the gradients that tfjs lacks or gets wrong.
 *
 * @param providers in order of preference
 * @returns the started backend
 * @throws KumikoError when it is not given a list of providers, none is supported (it gives each one's reason), or a second copy of tfjs-core is loaded
 * @example
 * const backend = await selectBackend([cpu()]);
 * backend.name; // 'cpu'
 */
export async function selectBackend(providers: readonly BackendProvider[]): Promise<Backend> {
  const isList = Array.isArray(providers) && providers.every((provider) => typeof provider?.probe === 'function');
  check(
    isList,
    'selectBackend',
    () => `expected a list of providers, got ${describe(providers)}. Call them: selectBackend([wasm(), cpu()]).`,
  );
  const reasons: string[] = [];
  for (const provider of providers) {
    const support = await provider.probe();
    if (!support.supported) {
      reasons.push(`${provider.name}: ${support.reason}`);
      continue;
    }
    const backend = await provider.start();
    await tf.setBackend(backend.name);
    checkOneCore();
    registerGradients();
    return backend;
  }
  const got = reasons.length === 0 ? 'an empty list' : reasons.join('; ');
  throw new KumikoError('selectBackend', `expected a supported backend, got ${got}. Add cpu() to the list: it runs everywhere.`);
}

/** A list by the types of what is in it, such as `[function, object]`. */
function describe(value: unknown): string {
  return Array.isArray(value) ? `[${value.map((one) => typeof one).join(', ')}]` : typeof value;
}
