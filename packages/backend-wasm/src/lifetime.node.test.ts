import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs a program in a process of its own, which must end by itself. What it prints last is JSON. */
function run(program: string, ...flags: string[]): { printed: unknown; stderr: string } {
  const preamble = `
    import * as tf from '@tensorflow/tfjs-core';
    import { selectBackend } from '@kumiko/backend';
    import { wasm } from '@kumiko/backend-wasm';
    const print = (value) => console.log(JSON.stringify(value));
    const works = () => tf.tidy(() => tf.sum(tf.matMul(tf.ones([64, 64]), tf.ones([64, 64]))).arraySync()) === 64 ** 3;
    const failure = (promise) => promise.then(() => 'no error', ({ name, code, message }) => [name, code, message]);
    const threads = process.getBuiltinModule('node:worker_threads');
    const ended = [];
    threads.Worker = class extends threads.Worker {
      constructor(...args) {
        super(...args);
        ended.push(new Promise((resolve) => this.once('exit', resolve)));
      }
    };`;
  const { stdout, stderr, status, signal } = spawnSync(
    process.execPath,
    ['--conditions=@kumiko/source', '--input-type=module', ...flags, '--eval', preamble + program],
    { cwd: new URL('.', import.meta.url), encoding: 'utf8', timeout: 30_000 },
  );
  expect({ status, signal, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  return { printed: JSON.parse(stdout.trim().split('\n').at(-1) as string), stderr };
}

test('idle threads do not keep a process alive', () => {
  expect(run(`const { host } = await selectBackend([wasm({ threads: 3 })]); print([host.threads, works()]);`).printed).toEqual([3, true]);
});

test('threads end with their backend, however it is removed, and a second time does no harm', () => {
  const { printed } = run(`
    const seen = [];
    for (const end of [(one) => one.dispose(), () => tf.removeBackend('wasm'), () => tf.engine().reset()]) {
      const one = await selectBackend([wasm({ threads: 3 })]);
      seen.push(ended.length, works());
      const left = tf.ones([8]);
      await end(one);
      await Promise.all(ended);
      seen.push(one.host.threads);
      left.dispose();
      await one.dispose();
      await one.dispose();
      if (tf.findBackendFactory('wasm') !== null) tf.removeBackend('wasm');
    }
    print(seen);`);
  expect(printed).toEqual([2, true, 1, 4, true, 1, 6, true, 1]);
});

test('one backend after the other leaves nothing running', () => {
  const { printed } = run(`
    for (const count of [1, 3, 2]) {
      const one = await selectBackend([wasm({ threads: count })]);
      if (one.capabilities.threads !== count || !works()) throw new Error('wrong');
      await one.dispose();
    }
    await Promise.all(ended);
    print(ended.length);`);
  expect(printed).toBe(3);
});

test('more threads than cores compute the same', () => {
  const { printed } = run(`
    const { capabilities } = await selectBackend([wasm({ threads: 32 })]);
    print([capabilities.threads, works(), works()]);`);
  expect(printed).toEqual([32, true, true]);
});

// Node's permission model refuses worker threads, as a content security policy does in pages.
const noWorkers = ['--permission', '--allow-fs-read=*'];

test('where workers are not allowed, auto goes on with one thread and says why', () => {
  const { printed, stderr } = run(
    `
    // Two at least, on a machine of one core too.
    process.getBuiltinModule('node:os').availableParallelism = () => 2;
    const { capabilities, host } = await selectBackend([wasm()]);
    print([capabilities.threads, host.threads, works()]);`,
    ...noWorkers,
  );
  expect(printed).toEqual([1, 1, true]);
  expect(stderr).toMatch(
    /^wasm threads: expected thread 1 to start, got Error: Access to this API has been restricted.*[^.]\. Allow workers \(CSP worker-src blob:\), or pass wasm\(\{ threads: 1 \}\)\. Kumiko goes on with one thread\.$/m,
  );
});

test('where workers are not allowed, threads that were asked for are an error, and one thread can start afterwards', () => {
  const { printed, stderr } = run(
    `
    const got = await failure(selectBackend([wasm({ threads: 2 })]));
    const { capabilities } = await selectBackend([wasm({ threads: 1 })]);
    print([got, capabilities.threads, works()]);`,
    ...noWorkers,
  );
  expect(printed).toMatchObject([['KumikoError', 'wasm threads', expect.stringContaining('expected thread 1 to start, got')], 1, true]);
  expect(stderr).not.toContain('Kumiko');
});

test('when one thread of several does not start, none is left', () => {
  const { printed } = run(`
    const { Worker } = threads;
    let count = 0;
    threads.Worker = class extends Worker {
      constructor(url, options) {
        super(++count === 2 ? new URL('data:text/javascript,process.exit(3)') : url, options);
      }
    };
    const got = await failure(selectBackend([wasm({ threads: 4 })]));
    await Promise.all(ended);
    print([got, ended.length]);`);
  expect(printed).toMatchObject([
    ['KumikoError', 'wasm threads', expect.stringContaining('expected thread 2 to start, got exit code 3')],
    3,
  ]);
});

test.each([
  ['without SharedArrayBuffer', 'delete globalThis.SharedArrayBuffer;'],
  ['in a context that is not isolated', 'globalThis.crossOriginIsolated = false;'],
])('%s there is one thread', (_name, first) => {
  const { printed, stderr } = run(`
    ${first}
    const { capabilities, host } = await selectBackend([wasm({ threads: 4 })]);
    print([capabilities.threads, host.memory.buffer.constructor.name, works()]);`);
  expect(printed).toEqual([1, 'ArrayBuffer', true]);
  expect(stderr).toBe('');
});

test('where WebAssembly may not be compiled, probe() says so, and the next backend is taken', () => {
  const { printed } = run(`
    import { cpu } from '@kumiko/backend';
    WebAssembly.Module = function () {
      throw new WebAssembly.CompileError('Refused to compile or instantiate WebAssembly module');
    };
    print([await wasm().probe(), (await selectBackend([wasm(), cpu()])).name]);`);
  expect(printed).toEqual([
    {
      supported: false,
      reason: "this page may not compile WebAssembly: its content security policy needs script-src 'wasm-unsafe-eval'",
    },
    'cpu',
  ]);
});

test('a URL that does not lead to the binary is an error that names it, and the next start works', () => {
  const { printed } = run(`
    const seen = [];
    for (const url of ['file:///nowhere/a.wasm', 'relative.wasm', 'data:application/wasm,not', 'data:application/wasm;base64,AGFzbQEAAAA=', ''])
      seen.push(await failure(selectBackend([wasm({ threads: 1, url })])));
    const { length } = ended;
    await selectBackend([wasm({ threads: 1 })]);
    print([seen.map(([name, code, message]) => [name, message]), length, works()]);`);
  const starts = (text: string): unknown => ['KumikoError', expect.stringMatching(`^${text}`)];
  expect(printed).toEqual([
    [
      starts('wasm: expected tfjs-backend-wasm-simd.wasm at file:///nowhere/a.wasm, got Error: ENOENT.* Check the wasm'),
      starts('wasm: expected tfjs-backend-wasm-simd.wasm at relative.wasm, got TypeError.* Check the wasm'),
      starts('importMemory: expected a WASM module, got 3 bytes of something else. Check the wasm'),
      starts("wasm: expected the WASM binary of tfjs-backend-wasm 4.22.0, got one without 'malloc'. Check the wasm"),
      starts('wasm: expected tfjs-backend-wasm-simd.wasm at , got TypeError.* Check the wasm'),
    ],
    0,
    true,
  ]);
});
