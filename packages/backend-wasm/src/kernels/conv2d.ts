import { Conv2D, Transpose } from '@tensorflow/tfjs-core';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';
import { repairedKernel } from './stock-kernel.ts';

interface Conv2DAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Explicit padding in the order of NHWC's axes. */
function padNhwc(pad: Conv2DAttrs['pad']): Conv2DAttrs['pad'] {
  return Array.isArray(pad) ? [pad[0]!, pad[2]!, pad[3]!, pad[1]!] : pad;
}

/** `Conv2D`. Stock refuses NCHW, which is transposed here before and after. */
export const conv2D = repairedKernel<'x' | 'filter', Conv2DAttrs>(Conv2D, (call, run) => {
  const { inputs, attrs, backend } = call;
  if (attrs.dataFormat !== 'NCHW') return run(call);
  const x = runKernel(Transpose, backend, { x: inputs.x }, { perm: [0, 2, 3, 1] });
  const output = run({
    inputs: { x, filter: inputs.filter },
    attrs: { ...attrs, pad: padNhwc(attrs.pad), dataFormat: 'NHWC' },
    backend,
  }) as TensorInfo;
  const transposed = runKernel(Transpose, backend, { x: output }, { perm: [0, 3, 1, 2] });
  backend.disposeData(x.dataId);
  backend.disposeData(output.dataId);
  return transposed;
});
