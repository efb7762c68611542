/** `node jax.ts <workload> <threads>`: the same steps in jax-js, compiled by `jit`. */
import { PageWorker } from '../peers/page-worker.ts';

const [name = '', threads = '1'] = process.argv.slice(2);
if (Number(threads) > 1) {
  Object.assign(globalThis, { Worker: PageWorker });
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: Number(threads) });
}
// Its workers alone do not keep the process alive.
setInterval(() => {}, 1000);
const { runJax } = await import('./jax-step.ts');
await runJax(name);
