import { util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { turningModule } from './turning-module.ts';
import type { VectorBody } from './vector-kernel.ts';

interface TransformAttrs {
  readonly interpolation: 'nearest' | 'bilinear';
  readonly fillMode: 'constant' | 'reflect' | 'wrap' | 'nearest';
  readonly fillValue: number;
  readonly outputShape?: readonly [number, number] | null;
}

/** The numbers by which the kernel knows the fill modes; any other is a constant. */
const modeNumbers: Readonly<Record<string, number>> = { reflect: 1, wrap: 2, nearest: 3 };

/** Reads of a pixel that cost about as much as where it comes from. */
const PIXEL_COST = 8;

/** `Transform` of float32 images on all threads. Every image of a batch is transformed, where tfjs' cpu backend stops after the first. */
export const transformBody: VectorBody = ({ inputs, attrs, backend }) => {
  const image = inputs['image']!;
  const transforms = inputs['transforms']!;
  const { interpolation, fillMode, fillValue, outputShape } = attrs as unknown as TransformAttrs;
  const isKnown = interpolation === 'nearest' || interpolation === 'bilinear';
  if (!isKnown || image.dtype !== 'float32' || transforms.dtype !== 'float32') return undefined;
  const [batch, height, width, channels] = image.shape as [number, number, number, number];
  const [outHeight, outWidth] = outputShape ?? [height, width];
  const shape = [batch, outHeight, outWidth, channels];
  const size = util.sizeFromShape(shape);
  if (size === 0) return undefined;
  const output = backend.makeOutput(shape, 'float32');
  const host = wasmHost(backend);
  const parts = splitWork(batch * outHeight, size + PIXEL_COST * batch * outHeight * outWidth, LEAST_FLOATS);
  turningModule(host).parallel('transformImages', parts, [
    host.pointer(image.dataId),
    host.pointer(transforms.dataId),
    host.pointer(output.dataId),
    batch,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    transforms.shape[0] === 1 ? 0 : 32,
    interpolation === 'nearest' ? 1 : 0,
    modeNumbers[fillMode] ?? 0,
    fillValue,
  ]);
  return output;
};
