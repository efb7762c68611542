import { ResizeBilinear, ResizeBilinearGrad, ResizeNearestNeighbor, ResizeNearestNeighborGrad } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { base64 } from '../generated/resize-simd.ts';
import { kernelModule } from './kernel-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

type Images = readonly [batch: number, height: number, width: number, channels: number];

interface ResizeAttrs {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly size: [number, number];
}

/** Images that are enough to occupy every thread; with fewer, the channels are split too. */
const MANY_IMAGES = 16;

/** How many times as many columns the images may have as the resized ones if two rows are blended before their columns are. */
const MOST_SHRINKAGE = 2;

/** The place of the scratch pointer among the arguments. */
const SCRATCH = 11;

const resizeModule = /* @__PURE__ */ kernelModule('kumiko-resize', base64);

/** How far apart in the image two neighbours of the resized one lie. */
function scaleOf(length: number, resized: number, alignCorners: boolean): number {
  return alignCorners && resized > 1 ? (length - 1) / (resized - 1) : length / resized;
}

/** Runs one of the kernels between two tensors, with images of `shape` and resized ones of so many rows and columns. */
function runResize(
  entry: string,
  backend: BackendWasm,
  from: TensorInfo,
  to: TensorInfo,
  [batch, height, width, channels]: Images,
  [rows, columns]: readonly [number, number],
  alignCorners: boolean,
  items: number,
  lineBytes: number,
  options: readonly number[],
): TensorInfo {
  const host = wasmHost(backend);
  const parts = splitWork(items, batch * rows * columns * channels, LEAST_FLOATS);
  // An entry of 16 bytes for the row and one for each column.
  const taskBytes = 16 * (columns + 1) + lineBytes;
  const numbers = [
    host.pointer(from.dataId),
    host.pointer(to.dataId),
    batch,
    height,
    width,
    channels,
    rows,
    columns,
    scaleOf(height, rows, alignCorners),
    scaleOf(width, columns, alignCorners),
    alignCorners ? 1 : 0,
    0,
    taskBytes,
  ];
  for (let i = 0; i < options.length; i++) numbers.push(options[i]!);
  withScratch(host, [parts * taskBytes], (scratch) => {
    numbers[SCRATCH] = scratch;
    resizeModule(host).parallel(entry, parts, numbers);
  });
  return to;
}

function forwardBody(isBilinear: boolean): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const images = inputs['images']!;
    const { alignCorners, halfPixelCenters, size } = attrs as unknown as ResizeAttrs;
    const shape = images.shape as unknown as Images;
    const [batch, height, width, channels] = shape;
    const [rows, columns] = size;
    if (images.dtype !== 'float32' || batch * height * width * channels * rows * columns === 0) return undefined;
    const output = backend.makeOutput([batch, rows, columns, channels], 'float32');
    const blendsRows = isBilinear && width <= MOST_SHRINKAGE * columns;
    const lineBytes = blendsRows ? 16 * Math.ceil((width * channels + 3) / 4) : 0;
    const halfPixels = halfPixelCenters ? 1 : 0;
    const options = isBilinear ? [halfPixels, blendsRows ? 1 : 0] : [halfPixels];
    const entry = isBilinear ? 'resizeBilinear' : 'resizeNearest';
    return runResize(entry, backend, images, output, shape, size, alignCorners, batch * rows, lineBytes, options);
  };
}

/** The gradient as tfjs' kernels have it: it knows no half pixels. */
function gradientBody(isNearest: 0 | 1): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const { images, dy } = inputs as Readonly<Record<'images' | 'dy', TensorInfo>>;
    const { alignCorners } = attrs as unknown as ResizeAttrs;
    const shape = images.shape as unknown as Images;
    const [batch, height, width, channels] = shape;
    const [dyBatch, rows, columns, dyChannels] = dy.shape as unknown as Images;
    const isPlain = images.dtype === 'float32' && dy.dtype === 'float32' && batch === dyBatch && channels === dyChannels;
    if (!isPlain || batch * height * width * channels * rows * columns === 0) return undefined;
    const output = backend.makeOutput(images.shape, 'float32');
    const channelCount = batch < MANY_IMAGES ? 4 : Math.ceil(channels / 4) * 4;
    const items = batch * Math.ceil(channels / channelCount);
    return runResize('resizeGradient', backend, dy, output, shape, [rows, columns], alignCorners, items, 0, [channelCount, isNearest]);
  };
}

/** Resizing of float32 images and its gradients on all threads, by tfjs' name of the kernel. */
export const resizeBodies: ReadonlyMap<string, VectorBody> = new Map([
  [ResizeBilinear, forwardBody(true)],
  [ResizeBilinearGrad, gradientBody(0)],
  [ResizeNearestNeighbor, forwardBody(false)],
  [ResizeNearestNeighborGrad, gradientBody(1)],
]);
