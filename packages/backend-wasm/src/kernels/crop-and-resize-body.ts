import { Cast, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { boxesModule } from './boxes-module.ts';
import { runKernel } from './run-kernel.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

interface CropAndResizeAttrs {
  readonly cropSize: readonly [number, number];
  readonly method: string;
  readonly extrapolationValue: number;
}

/** Reads of a pixel that cost about as much as where it comes from. */
const PIXEL_COST = 8;

/** `CropAndResize` of real images on all threads; like tfjs' it gives float32, and takes any method but `bilinear` for the nearest pixel. */
export const cropAndResizeBody: VectorBody = (call) => {
  const { image, boxes, boxInd } = call.inputs as Readonly<Record<'image' | 'boxes' | 'boxInd', TensorInfo>>;
  const { backend } = call;
  if (boxes.dtype !== 'float32' || boxInd.dtype !== 'int32') return undefined;
  if (image.dtype === 'int32' || image.dtype === 'bool') {
    const floats = runKernel(Cast, backend, { x: image }, { dtype: 'float32' });
    const output = cropAndResizeBody({ ...call, inputs: { image: floats, boxes, boxInd } });
    backend.disposeData(floats.dataId);
    return output;
  }
  if (image.dtype !== 'float32') return undefined;
  const { cropSize, method, extrapolationValue } = call.attrs as unknown as CropAndResizeAttrs;
  const [batch, height, width, channels] = image.shape as [number, number, number, number];
  const [cropHeight, cropWidth] = cropSize;
  const crops = boxes.shape[0]!;
  const shape = [crops, cropHeight, cropWidth, channels];
  const output = backend.makeOutput(shape, 'float32');
  const host = wasmHost(backend);
  const cost = util.sizeFromShape(shape) + PIXEL_COST * crops * cropHeight * cropWidth;
  boxesModule(host).parallel('cropAndResize', splitWork(crops * cropHeight, cost, LEAST_FLOATS), [
    host.pointer(image.dataId),
    host.pointer(boxes.dataId),
    host.pointer(boxInd.dataId),
    host.pointer(output.dataId),
    batch,
    height,
    width,
    channels,
    crops,
    cropHeight,
    cropWidth,
    method === 'bilinear' ? 0 : 1,
    extrapolationValue,
  ]);
  return output;
};
