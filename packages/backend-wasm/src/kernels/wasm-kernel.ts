import type { KernelConfig, KernelSetupFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/**
 * What the engine passes to a kernel of this backend. An optional input that was left out is `undefined`; `Concat`, `Pack` and `AddN` are
 * passed a list of inputs instead of names.
 */
export interface KernelCall<Inputs extends string = string, Attrs = NamedAttrMap> {
  readonly inputs: Readonly<Record<Inputs, TensorInfo>>;
  readonly attrs: Attrs;
  readonly backend: BackendWasm;
}

/** The body of a kernel of this backend. */
export type KernelBody<Inputs extends string = string, Attrs = NamedAttrMap> = (
  call: KernelCall<Inputs, Attrs>,
) => TensorInfo | TensorInfo[];

/**
 * A kernel configuration for the backend named `wasm`, with the types of that backend: the one place where tfjs' loose kernel types are cast.
 *
 * @param kernelName tfjs' name of the kernel
 * @param body computes the outputs
 * @param setupFunc runs once for each started backend
 */
export function wasmKernel<Inputs extends string = string, Attrs = NamedAttrMap>(
  kernelName: string,
  body: KernelBody<Inputs, Attrs>,
  setupFunc?: KernelSetupFunc,
): KernelConfig {
  const kernelFunc = body as unknown as KernelConfig['kernelFunc'];
  return { kernelName, backendName: 'wasm', kernelFunc, ...(setupFunc && { setupFunc }) };
}
