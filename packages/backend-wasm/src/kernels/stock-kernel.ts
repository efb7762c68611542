import { getKernel } from '@tensorflow/tfjs-core';
import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
// Importing the stock backend registers its kernels, which are then looked up here before ours replace them.
import '@tensorflow/tfjs-backend-wasm';
import { check } from '@kumiko/core';
import { wasmKernel } from './wasm-kernel.ts';
import type { KernelBody, KernelCall } from './wasm-kernel.ts';

/** A kernel of tfjs' own wasm backend, as it was registered before ours. */
export interface StockKernel {
  readonly run: KernelBody;
  readonly setupFunc: KernelConfig['setupFunc'];
}

const stock = new Map<string, StockKernel>();

/**
 * The kernel that tfjs' own wasm backend registers under a name. The first call for a name must come before that name is overridden, which
 * holds for modules that call it while they load.
 *
 * @throws KumikoError when the stock backend has no such kernel
 */
export function stockKernel(kernelName: string): StockKernel {
  const known = stock.get(kernelName);
  if (known) return known;
  const config = getKernel(kernelName, 'wasm');
  check(
    config !== undefined,
    'stockKernel',
    () => `expected a kernel of tfjs' wasm backend, got ${kernelName}. Register a kernel of our own.`,
  );
  const kernel: StockKernel = { run: config.kernelFunc as unknown as KernelBody, setupFunc: config.setupFunc };
  stock.set(kernelName, kernel);
  return kernel;
}

/**
 * A stock kernel with a repair around it: `repair` receives the call and the stock body, and may run it on other inputs or not at all.
 *
 * @param kernelName tfjs' name of the kernel
 * @param repair computes the outputs, with or without the stock body
 */
export function repairedKernel<Inputs extends string = string, Attrs = NamedAttrMap>(
  kernelName: string,
  repair: (call: KernelCall<Inputs, Attrs>, run: KernelBody<Inputs, Attrs>) => TensorInfo | TensorInfo[],
): KernelConfig {
  const { run, setupFunc } = stockKernel(kernelName);
  return wasmKernel<Inputs, Attrs>(kernelName, (call) => repair(call, run as unknown as KernelBody<Inputs, Attrs>), setupFunc);
}
