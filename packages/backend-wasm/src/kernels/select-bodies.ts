import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { broadcastModule } from './binary-bodies.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** `Select` with a condition of the values' own shape: t where it is true, e elsewhere. */
const selectBody: VectorBody = (call) => {
  const { inputs, backend } = call;
  const condition = inputs['condition']!;
  const t = inputs['t']!;
  const e = inputs['e']!;
  // Stock writes four bytes for each bool, beyond its output.
  if (t.dtype === 'bool') return runOnCpu('Select', call);
  const isPlain = (t.dtype === 'float32' || t.dtype === 'int32') && e.dtype === t.dtype && condition.dtype === 'bool';
  if (!isPlain || !util.arraysEqual(condition.shape, t.shape) || !util.arraysEqual(t.shape, e.shape)) return undefined;
  const size = util.sizeFromShape(t.shape);
  if (size === 0) return undefined;
  const output = backend.makeOutput(t.shape, t.dtype);
  const host = wasmHost(backend);
  broadcastModule(host).parallel('select', splitWork(Math.ceil(size / 16), size, LEAST_FLOATS), [
    host.pointer(condition.dataId),
    host.pointer(t.dataId),
    host.pointer(e.dataId),
    host.pointer(output.dataId),
    size,
  ]);
  return output;
};

/** Tensors that addMany adds up at once. */
const MOST_SUMMANDS = 8;

/** `AddN`: the sum of 2 to 8 float32 tensors, from the first to the last. */
const addNBody: VectorBody = ({ inputs, backend }) => {
  const tensors = inputs as unknown as readonly TensorInfo[];
  const { shape } = tensors[0]!;
  const size = util.sizeFromShape(shape);
  const isCovered = tensors.length > 1 && tensors.length <= MOST_SUMMANDS && tensors.every(({ dtype }) => dtype === 'float32');
  if (!isCovered || size === 0) return undefined;
  const output = backend.makeOutput(shape, 'float32');
  const host = wasmHost(backend);
  const args = [host.pointer(output.dataId), size, tensors.length];
  for (let i = 0; i < MOST_SUMMANDS; i++) args.push(i < tensors.length ? host.pointer(tensors[i]!.dataId) : 0);
  broadcastModule(host).parallel('addMany', splitWork(Math.ceil(size / 1024), size * tensors.length, LEAST_FLOATS), args);
  return output;
};

/** `LogicalNot`. */
const notBody: VectorBody = ({ inputs, backend }) => {
  const x = inputs['x']!;
  const size = util.sizeFromShape(x.shape);
  if (x.dtype !== 'bool' || size === 0) return undefined;
  const output = backend.makeOutput(x.shape, 'bool');
  const host = wasmHost(backend);
  broadcastModule(host).parallel('not', splitWork(Math.ceil(size / 16), size, 4 * LEAST_FLOATS), [
    host.pointer(x.dataId),
    host.pointer(output.dataId),
    size,
  ]);
  return output;
};

/** Functions of one or many tensors of one shape, by tfjs' name of the kernel. */
export const selectBodies: ReadonlyMap<string, VectorBody> = new Map([
  ['AddN', addNBody],
  ['LogicalNot', notBody],
  ['Select', selectBody],
]);
