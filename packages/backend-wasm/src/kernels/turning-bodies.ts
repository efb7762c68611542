import { backend_util, Transform, util } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { elementSize } from './element-size.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import { transformBody } from './transform-body.ts';
import { turningModule } from './turning-module.ts';
import type { VectorBody } from './vector-kernel.ts';
import { wordBits } from './word-bits.ts';

const flipBody: VectorBody = ({ inputs, backend }) => {
  const image = inputs['image']!;
  const size = elementSize(image.dtype);
  if (size === undefined) return undefined;
  const [images, height, width, channels] = image.shape as [number, number, number, number];
  const output = backend.makeOutput(image.shape, image.dtype);
  const host = wasmHost(backend);
  const rows = images * height;
  turningModule(host).parallel('flipRows', splitWork(rows, rows * width * channels, LEAST_FLOATS), [
    ...[host.pointer(image.dataId), host.pointer(output.dataId), rows, width, channels * size],
  ]);
  return output;
};

/** What an opaque pixel has in its fourth channel. */
const OPAQUE = 255;

type Fill = number | readonly number[];

/**
 * The fill of the first four channels, then that of all others. Stock cuts off fractions, fills the fourth channel with 255 where a number is
 * given for all, and reads further ones from behind its list.
 */
function fillOf(value: Fill): number[] {
  return typeof value === 'number' ? [value, value, value, value, value] : [value[0]!, value[1]!, value[2]!, OPAQUE, NaN];
}

const rotateBody: VectorBody = ({ inputs, attrs, backend }) => {
  const image = inputs['image']!;
  const { radians, fillValue, center } = attrs as unknown as { radians: number; fillValue: Fill; center: number | [number, number] };
  const { dtype } = image;
  if (dtype !== 'float32' && dtype !== 'int32') return undefined;
  const [images, height, width, channels] = image.shape as [number, number, number, number];
  const [centerX, centerY] = backend_util.getImageCenter(center, height, width);
  const output = backend.makeOutput(image.shape, dtype);
  const host = wasmHost(backend);
  turningModule(host).parallel('rotateImages', splitWork(images * height, 4 * util.sizeFromShape(image.shape), LEAST_FLOATS), [
    ...[host.pointer(image.dataId), host.pointer(output.dataId), images, height, width, channels],
    ...[centerX, centerY, Math.sin(radians), Math.cos(radians), ...fillOf(fillValue).map((value) => wordBits(value, dtype))],
  ]);
  return output;
};

/** Images flipped, rotated and projected, by tfjs' name of the kernel. */
export const turningBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['FlipLeftRight', flipBody],
  ['RotateWithOffset', rotateBody],
  [Transform, transformBody],
]);
