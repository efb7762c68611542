import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { coverageReport } from './coverage-report.ts';
import { cpu } from './cpu.ts';
import { registerOwnKernel } from './own-kernels.ts';
import { selectBackend } from './select-backend.ts';

test('the report tells ours from stock, and names what is missing', async () => {
  await selectBackend([cpu()]);
  registerOwnKernel({ kernelName: 'KumikoTestCoverage', backendName: 'wasm', kernelFunc: () => [] });
  const wasm = coverageReport('wasm');
  expect(wasm.own).toEqual(['KumikoTestCoverage']);
  expect(wasm.missing).toContain('Conv2DBackpropFilter');
  const report = coverageReport('cpu');
  expect(report.stock).toContain('Add');
  expect(report.missing).toEqual(['KumikoTestCoverage']);
  expect(report.withoutGradient).toContain('Bincount');
  expect(report.withoutGradient).not.toContain('Add');
  tf.unregisterKernel('KumikoTestCoverage', 'wasm');
});
