import type { Peer } from '../peer.ts';
import { PageWorker } from './page-worker.ts';

/** jax-js. Its threads are workers of a page, which stand on Node's threads here; with one thread it has no workers. */
export async function startPeer(threads: number): Promise<Peer> {
  if (threads > 1) {
    Object.assign(globalThis, { Worker: PageWorker });
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: threads });
  }
  const { startEngine } = await import('./jax-engine.ts');
  return startEngine();
}
