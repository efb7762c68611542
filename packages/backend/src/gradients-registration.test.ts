import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterEach, expect, test, vi } from 'vitest';
import { gradients } from './gradients/gradients.ts';
import { gradientKernels, registerGradients } from './gradients/register-gradients.ts';

const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
const warnings = () => warn.mock.calls.flat().filter((text) => /gradient|kernel/i.test(String(text)));
const own = (kernel: string) => gradients.find(({ config }) => config.kernelName === kernel)?.config;

afterEach(() => {
  tf.env().set('DEBUG', false);
});

test('core alone has no gradients; registering twice gives all of ours and no warning, even in debug mode', () => {
  expect(tf.getGradient('Add')).toBeUndefined();
  tf.env().set('DEBUG', true);
  registerGradients();
  registerGradients();
  expect(gradientKernels().every((kernel) => tf.getGradient(kernel) === own(kernel))).toBe(true);
  expect(warnings()).toEqual([]);
});

test('after @tensorflow/tfjs was loaded, registering again repairs what it has wrong and keeps the rest; one engine', async () => {
  const tfjs = await import('@tensorflow/tfjs');
  expect(tfjs.engine()).toBe(tf.engine());
  // tfjs has put its own over ours.
  expect(tf.getGradient('Maximum')).not.toBe(own('Maximum'));
  const sine = tf.getGradient('Sin');
  expect(sine).not.toBe(own('Sin'));
  tf.env().set('DEBUG', true);
  registerGradients();
  expect(gradients.filter(({ config, replaces }) => replaces && tf.getGradient(config.kernelName) !== config)).toEqual([]);
  expect(tf.getGradient('Sin')).toBe(sine);
  expect(tf.getGradient('Einsum')).toBe(own('Einsum'));
  expect(warnings()).toEqual([]);
});

test('every gradient of @tensorflow/tfjs has one of ours', async () => {
  // tfjs registered before this test, so whatever the registry holds beyond our list is a gradient we lack.
  const { ['_tfGlobals']: globals } = globalThis as unknown as Record<'_tfGlobals', Map<string, Map<string, unknown>>>;
  const registry = globals.get('gradRegistry');
  expect(registry?.size).toBeGreaterThan(100);
  expect([...(registry?.keys() ?? [])].filter((kernel) => own(kernel) === undefined)).toEqual([]);
});

test('gradientKernels is sorted and names the kernels', () => {
  expect(gradientKernels()).toEqual([...gradientKernels()].sort());
  expect(gradientKernels()).toContain('StridedSlice');
});
