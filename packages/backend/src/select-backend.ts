import * as tf from '@tensorflow/tfjs-core';
import { KumikoError } from '@kumiko/core';
import { checkOneCore } from './check-one-core.ts';
import { registerGradients } from './gradients/register-gradients.ts';
import type { Backend, BackendProvider } from './provider.ts';

/**
 * Starts the first supported backend of a list, makes it tfjs' current one, and registers the gradients that tfjs lacks or gets wrong.
 *
 * @param providers in order of preference
 * @returns the started backend
 * @throws KumikoError when none is supported (it gives each one's reason), or when a second copy of tfjs-core is loaded
 * @example
 * const backend = await selectBackend([cpu()]);
 * backend.name; // 'cpu'
 */
export async function selectBackend(providers: readonly BackendProvider[]): Promise<Backend> {
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
