import { afterAll, expect, test } from 'vitest';
import { measureRow } from './measure-row.ts';
import { parseOptions } from './options.ts';
import { createPeers } from './peer-client.ts';
import type { SweepRow } from './sweep-row.ts';

const peers = createPeers(['kumiko', 'tfjs', 'jax', 'onnx'], [1]);
afterAll(() => peers.forEach((peer) => peer.stop()));

const options = { ...parseOptions(['--quick', '--rounds', '3']), target: 0.1, warmUp: 0 };
const limits = { plainGflops: 1, relaxedGflops: 1, copyGigabytes: 1, triadGigabytes: 1 };
const measure = (row: Omit<SweepRow, 'size' | 'label'>) => measureRow({ size: 'tiny', label: '', ...row }, peers, options, limits);

test('engines in processes of their own compute the same convolution, each in its layout', async () => {
  await Promise.all(peers.map((peer) => peer.start()));
  const {
    peers: results,
    ratios,
    errors,
  } = await measure({
    kernel: 'FusedConv2D',
    inputs: { x: { shape: [2, 5, 4, 3] }, filter: { shape: [3, 3, 3, 2] }, bias: { shape: [2] } },
    attrs: { strides: [2, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1], activation: 'relu' },
  });
  expect(errors).toEqual({});
  expect(Object.entries(results).map(([name, { agrees }]) => [name, agrees])).toEqual([
    ['kumiko', true],
    ['tfjs', true],
    ['jax', true],
    ['onnx', true],
  ]);
  expect(Object.keys(ratios)).toEqual(['kumiko : tfjs', 'kumiko : jax', 'kumiko : onnx']);
});

test('an engine without the kernel is left out, and an error is kept with its text', async () => {
  const missing = await measure({ kernel: 'Diag', inputs: { x: { shape: [3] } }, attrs: {} });
  expect(Object.keys(missing.peers)).toEqual(['kumiko', 'tfjs']);
  const invalid = await measure({
    kernel: 'BatchMatMul',
    inputs: { a: { shape: [1, 2, 3] }, b: { shape: [1, 2, 3] } },
    attrs: { transposeA: false, transposeB: false },
  });
  expect(Object.keys(invalid.errors)).toEqual(['kumiko', 'tfjs', 'jax', 'onnx']);
  expect(invalid.errors['tfjs']).toContain('inner shapes');
});

test('an engine that has ended does not end the run', async () => {
  peers[2]!.stop();
  const { peers: results, errors } = await measure({ kernel: 'Abs', inputs: { x: { shape: [3] } }, attrs: {} });
  expect(Object.keys(results)).toEqual(['kumiko', 'tfjs', 'onnx']);
  expect(errors['jax']).toMatch(/the process of jax (has )?ended/);
});
