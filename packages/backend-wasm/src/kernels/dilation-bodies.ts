import { backend_util, Dilation2D, Dilation2DBackpropFilter, Dilation2DBackpropInput, util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { base64 } from '../generated/dilation-simd.ts';
import { kernelModule } from './kernel-module.ts';
import { rememberedPlans } from './remembered-plans.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

interface DilationAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dilations: number | [number, number];
}

/** Images that are enough to occupy every thread; with fewer, the channels are split too. */
const MANY_IMAGES = 16;

/** Greyscale dilation and its gradients. */
const dilationModule = /* @__PURE__ */ kernelModule('kumiko-dilation', base64);

interface DilationPlan {
  readonly outShape: number[];
  /** Whether something comes out, and no window begins beyond the image: of such tfjs' kernels have no gradient. */
  readonly isCovered: boolean;
  readonly numbers: readonly number[];
  /** Values that the windows read. */
  readonly reads: number;
  readonly info: backend_util.Conv2DInfo;
}

const planOf = rememberedPlans<DilationPlan>();

function makePlan(info: backend_util.Conv2DInfo): DilationPlan {
  const { padInfo, outShape, outHeight, outWidth, strideHeight, strideWidth, inHeight, inWidth, filterHeight, filterWidth } = info;
  const isWithin = (outHeight - 1) * strideHeight - padInfo.top < inHeight && (outWidth - 1) * strideWidth - padInfo.left < inWidth;
  const outputs = util.sizeFromShape(outShape);
  // prettier-ignore
  const numbers = [
    info.batchSize, inHeight, inWidth, info.inChannels, outHeight, outWidth, filterHeight, filterWidth,
    strideHeight, strideWidth, info.dilationHeight, info.dilationWidth, padInfo.top, padInfo.left,
  ];
  const isCovered = isWithin && util.sizeFromShape(info.inShape) * outputs > 0;
  return { outShape, isCovered, numbers, reads: outputs * filterHeight * filterWidth, info };
}

const side = (sides: number | readonly number[], axis: number): number | undefined => (typeof sides === 'number' ? sides : sides[axis]);

/** How float32 images are dilated; undefined for other types, and where the kernels do not know how. */
function dilationPlan(image: TensorInfo, filter: TensorInfo, attrs: NamedAttrMap): DilationPlan | undefined {
  if (image.dtype !== 'float32' || filter.dtype !== 'float32') return undefined;
  const { strides, pad, dilations } = attrs as unknown as DilationAttrs;
  const x = image.shape as [number, number, number, number];
  const window = filter.shape as [number, number, number];
  // prettier-ignore
  const key = [
    x[0], x[1], x[2], x[3], window[0], window[1], side(strides, 0), side(strides, 1), side(dilations, 0), side(dilations, 1), window[2], pad,
    x.length, window.length,
  ];
  const plan = planOf(key, () => makePlan(backend_util.computeDilation2DInfo(x, window, strides, pad, 'NHWC', dilations)));
  return plan.isCovered ? plan : undefined;
}

const dilation: VectorBody = ({ inputs, attrs, backend }) => {
  const { x, filter } = inputs as Readonly<Record<'x' | 'filter', TensorInfo>>;
  const plan = dilationPlan(x, filter, attrs);
  if (plan === undefined) return undefined;
  const { outShape, info, reads, numbers } = plan;
  const output = backend.makeOutput(outShape, 'float32');
  const host = wasmHost(backend);
  const parts = splitWork(info.batchSize * info.outHeight, reads, LEAST_FLOATS);
  dilationModule(host).parallel('dilate', parts, [
    host.pointer(x.dataId),
    host.pointer(filter.dataId),
    host.pointer(output.dataId),
    ...numbers,
  ]);
  return output;
};

/** The gradient for the image or for the filter. */
function gradientBody(of: 'x' | 'filter'): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const { x, filter, dy } = inputs as Readonly<Record<'x' | 'filter' | 'dy', TensorInfo>>;
    const plan = dilationPlan(x, filter, attrs);
    if (plan === undefined || dy.dtype !== 'float32' || !util.arraysEqual(dy.shape, plan.outShape)) return undefined;
    const output = backend.makeOutput(inputs[of]!.shape, 'float32');
    const host = wasmHost(backend);
    const pointers = [host.pointer(x.dataId), host.pointer(filter.dataId), host.pointer(dy.dataId), host.pointer(output.dataId)];
    const { info, reads, numbers } = plan;
    const { batchSize, inChannels } = info;
    if (of === 'filter') {
      const parts = splitWork(Math.ceil(inChannels / 4), reads, LEAST_FLOATS);
      dilationModule(host).parallel('dilateFilterGradient', parts, [...pointers, ...numbers]);
    } else {
      const channels = batchSize < MANY_IMAGES ? 4 : Math.ceil(inChannels / 4) * 4;
      const parts = splitWork(batchSize * Math.ceil(inChannels / channels), reads, LEAST_FLOATS);
      dilationModule(host).parallel('dilateInputGradient', parts, [...pointers, ...numbers, channels]);
    }
    return output;
  };
}

/**
 * Greyscale dilation of float32 images on all threads, and its gradients, by tfjs' name of the kernel. As on tfjs' cpu backend, places outside the
 * image take no part.
 */
export const dilationBodies: ReadonlyMap<string, VectorBody> = new Map([
  [Dilation2D, dilation],
  [Dilation2DBackpropFilter, gradientBody('filter')],
  [Dilation2DBackpropInput, gradientBody('x')],
]);
