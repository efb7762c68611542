import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { cpu } from './cpu.ts';
import type { BackendProvider } from './provider.ts';
import { selectBackend } from './select-backend.ts';

function unsupported(name: string, reason: string): BackendProvider {
  return { name, probe: () => Promise.resolve({ supported: false, reason }), start: () => Promise.reject(new Error('must not start')) };
}

test('the first supported backend is started and made the current one', async () => {
  const backend = await selectBackend([unsupported('webgpu', 'no adapter'), cpu()]);
  expect(backend.name).toBe('cpu');
  expect(tf.getBackend()).toBe('cpu');
  expect(backend.capabilities.threads).toBe(1);
  expect(tf.add(tf.scalar(2), tf.scalar(3)).arraySync()).toBe(5);
});

test('the cpu backend starts again after it was disposed, and a second time does no harm', async () => {
  for (let i = 0; i < 2; i++) {
    const backend = await selectBackend([cpu()]);
    expect(tf.sum(tf.ones([5])).arraySync()).toBe(5);
    await backend.dispose();
    await backend.dispose();
    expect(tf.findBackendFactory('cpu')).toBeNull();
  }
});

test('gradients work after it, with tfjs-core alone', async () => {
  await selectBackend([cpu()]);
  // d/dx sum(x^2) = 2x
  expect(
    tf
      .grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, -3]))
      .arraySync(),
  ).toEqual([2, -6]);
});

test('none supported: the error gives every reason', async () => {
  await expect(selectBackend([unsupported('webgpu', 'no adapter'), unsupported('webgl', 'no context')])).rejects.toThrow(
    'selectBackend: expected a supported backend, got webgpu: no adapter; webgl: no context. Add cpu() to the list: it runs everywhere.',
  );
  await expect(selectBackend([])).rejects.toThrow('got an empty list.');
});

test.each<[unknown, string]>([
  [cpu(), 'object'],
  [undefined, 'undefined'],
  [[cpu], '[function]'],
  [[cpu(), undefined], '[object, undefined]'],
])('what is no list of providers is refused: %o', async (providers, got) => {
  await expect(selectBackend(providers as BackendProvider[])).rejects.toThrow(
    `selectBackend: expected a list of providers, got ${got}. Call them: selectBackend([wasm(), cpu()]).`,
  );
});

test('an error at the start is not hidden by the next backend', async () => {
  const failing: BackendProvider = {
    name: 'x',
    probe: () => Promise.resolve({ supported: true }),
    start: () => Promise.reject(new Error('boom')),
  };
  await expect(selectBackend([failing, cpu()])).rejects.toThrow('boom');
});

test('a second copy of tfjs-core is a named error', async () => {
  await selectBackend([cpu()]);
  const engine = tf.engine();
  const makeTensor = engine.makeTensor;
  // The other copy's engine makes tensors of the other copy's class.
  class OtherTensor extends tf.Tensor {}
  engine.makeTensor = function (...args) {
    return Object.setPrototypeOf(makeTensor.apply(this, args), OtherTensor.prototype) as tf.Tensor;
  };
  try {
    await expect(selectBackend([cpu()])).rejects.toThrow(
      'expected one copy of @tensorflow/tfjs-core, got two. Run `npm ls @tensorflow/tfjs-core`',
    );
  } finally {
    Reflect.deleteProperty(engine, 'makeTensor');
  }
});
