import { engine, type Tensor } from '@tensorflow/tfjs-core';

type Engine = ReturnType<typeof engine>;
type Inputs = Parameters<Engine['runKernel']>[1];
type Attributes = Parameters<Engine['runKernel']>[2];

/**
 * Runs a kernel of the current backend that has no functional op; the call is recorded on the tape like any op.
 */
export function runKernel(kernelName: string, inputs: Readonly<Record<string, Tensor>>, attributes: object = {}): Tensor {
  return engine().runKernel(kernelName, inputs as Inputs, attributes as Attributes) as Tensor;
}

/**
 * {@link runKernel} for a kernel with several outputs.
 */
export function runKernelWithOutputs(kernelName: string, inputs: Readonly<Record<string, Tensor>>, attributes: object = {}): Tensor[] {
  return engine().runKernel(kernelName, inputs as Inputs, attributes as Attributes) as Tensor[];
}
