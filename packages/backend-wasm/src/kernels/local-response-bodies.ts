import { LRN, LRNGrad, util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHost } from '../host.ts';
import { base64 as relaxed } from '../generated/local-response-relaxed.ts';
import { base64 as simd } from '../generated/local-response-simd.ts';
import { kernelModule } from './kernel-module.ts';
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

/** Runs one of the kernels on float32 tensors of one shape, with `lines` lines of scratch; undefined for others, and for a radius that is no integer. */
function runLocalResponse(
  backend: BackendWasm,
  entry: string,
  inputs: readonly TensorInfo[],
  attrs: NamedAttrMap,
  lines: number,
): TensorInfo | undefined {
  const { depthRadius, bias, alpha, beta } = attrs as unknown as LocalResponseAttrs;
  const { shape } = inputs[0]!;
  const size = util.sizeFromShape(shape);
  const isPlain = inputs.every((input) => input.dtype === 'float32' && util.arraysEqual(input.shape, shape));
  if (!isPlain || shape.length !== 4 || size === 0 || !Number.isInteger(depthRadius) || depthRadius < 0) return undefined;
  const output = backend.makeOutput(shape, 'float32');
  const host = wasmHost(backend);
  const channels = shape[3]!;
  const radius = Math.min(depthRadius, channels - 1);
  const lineFloats = channels * Math.max(1, Math.floor(BLOCK / channels)) + 2 * radius + 4;
  const parts = splitWork(size / channels, size, LEAST_VALUES);
  const pointers = inputs.map(({ dataId }) => host.pointer(dataId));
  withScratch(host, [parts * lines * lineFloats * 4], (scratch) =>
    (host.relaxedSimd ? relaxedModule : simdModule)(host).parallel(entry, parts, [
      ...pointers,
      host.pointer(output.dataId),
      size / channels,
      channels,
      radius,
      bias,
      alpha,
      beta,
      scratch,
      lineFloats,
    ]),
  );
  return output;
}

const normalization: VectorBody = ({ inputs, attrs, backend }) => runLocalResponse(backend, 'normalizeLocally', [inputs['x']!], attrs, 1);

const gradient: VectorBody = ({ inputs, attrs, backend }) =>
  runLocalResponse(backend, 'localResponseGradient', [inputs['x']!, inputs['y']!, inputs['dy']!], attrs, 2);

/** Local response normalisation of float32 images on all threads, and its gradient, by tfjs' name of the kernel. */
export const localResponseBodies: ReadonlyMap<string, VectorBody> = new Map([
  [LRN, normalization],
  [LRNGrad, gradient],
]);
