import { backend_util, slice_util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { transposed } from './movement-bodies.ts';
import { runKernel } from './run-kernel.ts';
import { sliceTensor } from './slice.ts';
import type { VectorBody } from './vector-kernel.ts';

/** `x` seen with another shape, its axes moved, and that seen with a third one. */
function moved(backend: BackendWasm, x: TensorInfo, seen: number[], perm: readonly number[], shape: number[]): TensorInfo | undefined {
  const result = transposed(backend, { ...x, shape: seen }, perm);
  return result && { ...result, shape };
}

/** Sums of pairs, from the first axis behind the batch on. */
type Pairs = readonly (readonly [number, number])[];

const spaceToBatchBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const blockShape = attrs['blockShape'] as number[];
  const paddings: [number, number][] = x.shape.map((_, axis) => [...((attrs['paddings'] as unknown as Pairs)[axis - 1] ?? [0, 0])]);
  const isPadded = paddings.some(([before, after]) => before + after > 0);
  const padded = isPadded ? runKernel('PadV2', backend, { x }, { paddings, constantValue: 0 } as never) : x;
  const product = blockShape.reduce((a, b) => a * b, 1);
  const seen = backend_util.getReshaped(padded.shape, blockShape, product, false);
  const perm = backend_util.getPermuted(seen.length, blockShape.length, false);
  const result = moved(backend, padded, seen, perm, backend_util.getReshapedPermuted(padded.shape, blockShape, product, false));
  if (isPadded) backend.disposeData(padded.dataId);
  return result;
};

const batchToSpaceBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  const blockShape = attrs['blockShape'] as number[];
  const crops = attrs['crops'] as unknown as number[][];
  const product = blockShape.reduce((a, b) => a * b, 1);
  const seen = backend_util.getReshaped(x.shape, blockShape, product);
  const perm = backend_util.getPermuted(seen.length, blockShape.length);
  const shape = backend_util.getReshapedPermuted(x.shape, blockShape, product);
  const whole = moved(backend, x, seen, perm, shape);
  if (whole === undefined) return undefined;
  const [begin, size] = slice_util.parseSliceParams(
    whole as never,
    backend_util.getSliceBeginCoords(crops, blockShape.length),
    backend_util.getSliceSize(shape, crops, blockShape.length),
  );
  const result = sliceTensor(backend, whole, begin!, size!);
  backend.disposeData(whole.dataId);
  return result;
};

const depthToSpaceBody: VectorBody = ({ inputs, attrs, backend }) => {
  const x = inputs['x']!;
  if (attrs['dataFormat'] !== 'NHWC') return undefined;
  const block = attrs['blockSize'] as number;
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const depth = channels / block ** 2;
  const seen = [images, height, width, block, block, depth];
  return moved(backend, x, seen, [0, 1, 3, 2, 4, 5], [images, height * block, width * block, depth]);
};

/** What trades places in space for the batch or the channels, by tfjs' name of the kernel. */
export const blockBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['BatchToSpaceND', batchToSpaceBody],
  ['DepthToSpace', depthToSpaceBody],
  ['SpaceToBatchND', spaceToBatchBody],
]);
