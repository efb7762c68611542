import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** In a process of its own: stock wasm must start before ours, and tfjs' engine is one a process. */
function run(program: string): { stdout: string; stderr: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=@kumiko/source', '--input-type=module', '--eval', program],
    {
      cwd: new URL('.', import.meta.url),
      encoding: 'utf8',
    },
  );
  return { stdout, stderr, status };
}

test('a stock backend that already runs is adopted: its tensors stay, our kernels replace its own, one warning', () => {
  const { stdout, stderr, status } = run(`
    import { createRequire } from 'node:module';
    import * as tf from '@tensorflow/tfjs-core';
    import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
    import { selectBackend } from '@kumiko/backend';
    import { wasm } from '@kumiko/backend-wasm';
    setWasmPaths(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json').replace('package.json', 'wasm-out/'));
    await tf.setBackend('wasm');
    const before = tf.range(0, 10);
    const stock = tf.backend();
    const backend = await selectBackend([wasm({ threads: 2 })]);
    const x = tf.ones([1, 4, 4, 1]);
    const gradient = tf.grad((w) => tf.sum(tf.conv2d(x, w, 1, 'valid')))(tf.ones([2, 2, 1, 1]));
    console.log(JSON.stringify([tf.backend() === stock, backend.capabilities.threads, tf.sum(before).arraySync(), gradient.flatten === undefined, [...gradient.dataSync()]]));
    await selectBackend([wasm()]);
  `);
  expect(stderr.match(/adopted/g)).toHaveLength(1);
  // Each weight of a 2x2 kernel sees 3x3 ones.
  expect(JSON.parse(stdout)).toEqual([true, 1, 45, true, [9, 9, 9, 9]]);
  expect(status).toBe(0);
});
