import { backend_util, Transpose } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { runKernel } from './run-kernel.ts';

/** [batch, height, width, channels] of an image or [height, width, in, out] of a filter. */
export type Shape4D = [number, number, number, number];

/** What tfjs passes to a convolution's gradients. It passes no dilations for `Conv2D`, where they are 1 unless a caller of the kernel adds them. */
export interface ConvolutionAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined;
}

/** The sizes of a convolution, as tfjs' own kernels compute them. */
export function convolutionInfo(input: number[], filter: number[], attrs: ConvolutionAttrs, depthwise = false): backend_util.Conv2DInfo {
  const format = backend_util.convertConv2DDataFormat(attrs.dataFormat ?? 'NHWC');
  const { strides, dilations = 1, pad, dimRoundingMode } = attrs;
  return backend_util.computeConv2DInfo(input as Shape4D, filter as Shape4D, strides, dilations, pad, dimRoundingMode, depthwise, format);
}

/** Those of NHWC for attributes of NCHW: only an explicit padding names axes. */
export function attrsOfNhwc<Attrs extends ConvolutionAttrs>(attrs: Attrs): Attrs {
  const { pad } = attrs;
  return { ...attrs, dataFormat: 'NHWC', pad: Array.isArray(pad) ? [pad[0]!, pad[2]!, pad[3]!, pad[1]!] : pad };
}

/** A copy of an NCHW tensor as NHWC. */
export function toNhwc(backend: BackendWasm, x: TensorInfo): TensorInfo {
  return runKernel(Transpose, backend, { x }, { perm: [0, 2, 3, 1] });
}

/** A copy of an NHWC tensor as NCHW; the tensor is disposed. */
export function toNchw(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const transposed = runKernel(Transpose, backend, { x }, { perm: [0, 3, 1, 2] });
  backend.disposeData(x.dataId);
  return transposed;
}
