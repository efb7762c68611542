import { LRN, LRNGrad, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmHost, WasmModule } from '@kumiko/backend';
import { wasmHost } from '../host.ts';
import { base64 as relaxed } from '../generated/local-response-relaxed.ts';
import { base64 as simd } from '../generated/local-response-simd.ts';
import { kernelModule } from './kernel-module.ts';
import { rememberedPlans } from './remembered-plans.ts';
import { splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';
import { withScratch } from './with-scratch.ts';

interface LocalResponseAttrs {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** Floats that are normalised together, in the nearest cache. */
const BLOCK = 512;

/** Values that repay a part, about 50 us. */
const LEAST_VALUES = 2 ** 13;

const simdModule = /* @__PURE__ */ kernelModule('kumiko-local-response', simd);
const relaxedModule = /* @__PURE__ */ kernelModule('kumiko-local-response', relaxed);
const moduleOn = (host: WasmHost): WasmModule => (host.relaxedSimd ? relaxedModule : simdModule)(host);

/** How images of so many pixels are normalised, with `lines` lines of scratch for each part. */
interface LocalResponsePlan {
  /** Whether there is something to normalise, and the radius is an integer. */
  readonly isCovered: boolean;
  readonly radius: number;
  readonly lineFloats: number;
  readonly parts: number;
  readonly scratchBytes: number;
}

const planOf = rememberedPlans<LocalResponsePlan>();

function planFor(pixels: number, channels: number, depthRadius: number, lines: number): LocalResponsePlan {
  return planOf([pixels, channels, depthRadius, lines], () => {
    const radius = Math.min(depthRadius, channels - 1);
    const lineFloats = channels * Math.max(1, Math.floor(BLOCK / channels)) + 2 * radius + 4;
    const parts = splitWork(pixels, pixels * channels, LEAST_VALUES);
    const isCovered = pixels * channels > 0 && Number.isInteger(depthRadius) && depthRadius >= 0;
    return { isCovered, radius, lineFloats, parts, scratchBytes: parts * lines * lineFloats * 4 };
  });
}

const isImages = ({ dtype, shape }: TensorInfo): boolean => dtype === 'float32' && shape.length === 4;

const normalization: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  if (!isImages(x)) return undefined;
  const { depthRadius, bias, alpha, beta } = attrs as unknown as LocalResponseAttrs;
  const channels = x.shape[3]!;
  const pixels = x.shape[0]! * x.shape[1]! * x.shape[2]!;
  const { isCovered, radius, lineFloats, parts, scratchBytes } = planFor(pixels, channels, depthRadius, 1);
  if (!isCovered) return undefined;
  const output = backend.makeOutput(x.shape, 'float32');
  const host = wasmHost(backend);
  const [from, to] = [host.pointer(x.dataId), host.pointer(output.dataId)];
  withScratch(host, [scratchBytes], (scratch) =>
    moduleOn(host).parallel('normalizeLocally', parts, [from, to, pixels, channels, radius, bias, alpha, beta, scratch, lineFloats]),
  );
  return output;
};

const gradient: VectorBody = ({ inputs, attrs, backend }) => {
  const { x, y, dy } = inputs as Readonly<Record<'x' | 'y' | 'dy', TensorInfo>>;
  const { shape } = x;
  if (!isImages(x) || y.dtype !== 'float32' || dy.dtype !== 'float32') return undefined;
  if (!util.arraysEqual(y.shape, shape) || !util.arraysEqual(dy.shape, shape)) return undefined;
  const { depthRadius, bias, alpha, beta } = attrs as unknown as LocalResponseAttrs;
  const channels = shape[3]!;
  const pixels = shape[0]! * shape[1]! * shape[2]!;
  const { isCovered, radius, lineFloats, parts, scratchBytes } = planFor(pixels, channels, depthRadius, 2);
  if (!isCovered) return undefined;
  const output = backend.makeOutput(shape, 'float32');
  const host = wasmHost(backend);
  const pointers = [host.pointer(x.dataId), host.pointer(y.dataId), host.pointer(dy.dataId), host.pointer(output.dataId)];
  withScratch(host, [scratchBytes], (scratch) => {
    const numbers = [...pointers, pixels, channels, radius, bias, alpha, beta, scratch, lineFloats];
    moduleOn(host).parallel('localResponseGradient', parts, numbers);
  });
  return output;
};

/** Local response normalisation of float32 images on all threads, and its gradient, by tfjs' name of the kernel. */
export const localResponseBodies: ReadonlyMap<string, VectorBody> = new Map([
  [LRN, normalization],
  [LRNGrad, gradient],
]);
