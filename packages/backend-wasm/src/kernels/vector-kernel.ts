import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBody, KernelCall } from './wasm-kernel.ts';

/** A kernel body of vector instructions on all threads. It gives `undefined`, and allocates nothing, for calls that it does not cover. */
export type VectorBody = (call: KernelCall) => TensorInfo | TensorInfo[] | undefined;

/**
 * A kernel that runs its vector body where that covers the call, and the kernel as it was elsewhere.
 *
 * @param config the complete kernel
 * @param bodies vector bodies by tfjs' name of the kernel; a kernel without one stays as it is
 */
export function withVectorBody(config: KernelConfig, bodies: ReadonlyMap<string, VectorBody>): KernelConfig {
  const body = bodies.get(config.kernelName);
  if (body === undefined) return config;
  const whole = config.kernelFunc as unknown as KernelBody;
  const kernelFunc: KernelBody = (call) => body(call) ?? whole(call);
  return { ...config, kernelFunc: kernelFunc as unknown as KernelConfig['kernelFunc'] };
}
