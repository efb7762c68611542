import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { base64 } from '../generated/normalization-simd.ts';
import { wasmHost } from '../host.ts';
import { kernelModule } from './kernel-module.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

/** Floats from which a table of more pixels than fill vectors is repaid, and its floats then. */
const MANY_FLOATS = 2 ** 12;
const TABLE_FLOATS = 256;

const normalizationModule = /* @__PURE__ */ kernelModule('kumiko-normalization', base64);

/** Floats of whole vectors of whole pixels that are normalised by one table. */
function blockOf(size: number, channels: number): number {
  const least = channels % 4 === 0 ? channels : channels % 2 === 0 ? 2 * channels : 4 * channels;
  return size < MANY_FLOATS ? least : least * Math.max(1, Math.floor(TABLE_FLOATS / least));
}

type Optional = TensorInfo | null | undefined;

/** Whether a tensor is float32 and has a number for each channel, or was left out. */
function isPerChannel(tensor: Optional, channels: number): boolean {
  return !tensor || (tensor.dtype === 'float32' && tensor.shape.length === 1 && tensor.shape[0] === channels);
}

/** `FusedBatchNorm` of float32 by numbers for each place along the last axis. */
export const batchNormalizationBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const mean = inputs['mean']!;
  const variance = inputs['variance']!;
  const scale = inputs['scale'] as Optional;
  const offset = inputs['offset'] as Optional;
  const { shape } = x;
  const channels = shape[shape.length - 1] ?? 1;
  const size = util.sizeFromShape(shape);
  if (x.dtype !== 'float32' || size === 0 || !isPerChannel(mean, channels) || !isPerChannel(variance, channels)) return undefined;
  if (!isPerChannel(scale, channels) || !isPerChannel(offset, channels)) return undefined;
  const output = backend.makeOutput(shape, 'float32');
  const host = wasmHost(backend);
  const block = blockOf(size, channels);
  const parts = splitWork(Math.ceil(size / block), size, LEAST_FLOATS);
  const numbers = [
    host.pointer(x.dataId),
    host.pointer(mean.dataId),
    host.pointer(variance.dataId),
    scale ? host.pointer(scale.dataId) : 0,
    offset ? host.pointer(offset.dataId) : 0,
    host.pointer(output.dataId),
    size,
    channels,
    (attrs['varianceEpsilon'] as number | null | undefined) ?? 0.001,
    block,
    0,
  ];
  withScratch(host, [12 * block * parts], (tables) => {
    numbers[10] = tables;
    normalizationModule(host).parallel('normalizeChannels', parts, numbers);
  });
  return output;
};
