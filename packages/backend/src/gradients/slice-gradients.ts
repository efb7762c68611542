import * as tf from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';

type Tensor = tf.Tensor;

interface StridedSliceAttributes {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** Puts `stride - 1` zeros between the elements of an axis. */
function spreadAxis(tensor: Tensor, axis: number, stride: number): Tensor {
  const size = tensor.shape[axis] as number;
  if (stride === 1 || size < 2) return tensor;
  const outer = tensor.shape.slice(0, axis).reduce((product, length) => product * length, 1);
  const gaps = tf.pad(tf.reshape(tensor, [outer, size, 1, -1]), [
    [0, 0],
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  const spread = tensor.shape.with(axis, size * stride);
  const end = tensor.shape.with(axis, (size - 1) * stride + 1);
  return tf.slice(
    tf.reshape(gaps, spread),
    spread.map(() => 0),
    end,
  );
}

function stridedSliceGradient(dy: Tensor, shape: number[], attributes: StridedSliceAttributes): Tensor {
  const { begin, end, strides } = tf.slice_util.sliceInfo(
    shape,
    attributes.begin,
    attributes.end,
    attributes.strides,
    attributes.beginMask,
    attributes.endMask,
    attributes.ellipsisMask,
    attributes.newAxisMask,
    attributes.shrinkAxisMask,
  );
  const axes = shape.map((size, axis) => {
    const [start, stop, stride] = [begin[axis] as number, end[axis] as number, strides[axis] as number];
    const count = Math.max(0, Math.ceil((stop - start) / stride));
    const lowest = stride < 0 ? start + (count - 1) * stride : start;
    return { count, stride, before: lowest, after: size - lowest - (count - 1) * Math.abs(stride) - 1 };
  });
  if (dy.size === 0) return tf.zeros(shape);
  const backwards = axes.flatMap(({ stride }, axis) => (stride < 0 ? [axis] : []));
  const taken = tf.reshape(
    dy,
    axes.map(({ count }) => count),
  );
  const ascending = backwards.length > 0 ? tf.reverse(taken, backwards) : taken;
  const spread = axes.reduce((tensor, { stride }, axis) => spreadAxis(tensor, axis, Math.abs(stride)), ascending);
  return tf.pad(
    spread,
    axes.map(({ before, after }): [number, number] => [before, after]),
  );
}

/** A part of one axis. */
function part(tensor: Tensor, axis: number, start: number, size: number): Tensor {
  return tf.slice(
    tensor,
    tensor.shape.map((_length, other) => (other === axis ? start : 0)),
    tensor.shape.with(axis, size),
  );
}

/** Adds the mirrored borders of one axis back to the elements they were copied from; `offset` is 1 when the edge is not repeated. */
function foldAxis(dy: Tensor, axis: number, [before, after]: readonly [number, number], offset: number): Tensor {
  const size = (dy.shape[axis] as number) - before - after;
  const middle = part(dy, axis, before, size);
  const place = (border: Tensor, start: number) => {
    const pads = dy.shape.map((): [number, number] => [0, 0]);
    pads[axis] = [start, size - start - (border.shape[axis] as number)];
    return tf.pad(tf.reverse(border, axis), pads);
  };
  const folded = before > 0 ? tf.add(middle, place(part(dy, axis, 0, before), offset)) : middle;
  return after > 0 ? tf.add(folded, place(part(dy, axis, before + size, after), size - after - offset)) : folded;
}

/**
 * Gradients of the kernels that cut out or pad.
 * `MirrorPad` adds the mirrored borders back to where they came from (TensorFlow.js drops them).
 */
export const sliceGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'Slice',
    saves: ['x'],
    gradient: (dy, { x }, { begin, size }: { begin: number | number[]; size: number | number[] }) => ({
      x: () => {
        const [starts, sizes] = tf.slice_util.parseSliceParams(x, begin, size) as [number[], number[]];
        const pads = x.shape.map((length, axis): [number, number] => {
          const start = starts[axis] as number;
          return [start, length - start - (sizes[axis] as number)];
        });
        return dy.dtype === 'complex64' ? tf.complex(tf.pad(tf.real(dy), pads), tf.pad(tf.imag(dy), pads)) : tf.pad(dy, pads);
      },
    }),
  }),
  defineGradient({
    kernel: 'StridedSlice',
    saves: ['x'],
    gradient: (dy, { x }, attributes: StridedSliceAttributes) => ({ x: () => stridedSliceGradient(dy, x.shape, attributes) }),
  }),
  defineGradient({
    kernel: 'PadV2',
    gradient: (dy, _saved, { paddings }: { paddings: [number, number][] }) => ({
      x: () =>
        tf.slice(
          dy,
          paddings.map(([before]) => before),
          paddings.map(([before, after], axis) => (dy.shape[axis] as number) - before - after),
        ),
    }),
  }),
  defineGradient({
    kernel: 'MirrorPad',
    replaces: true,
    gradient: (dy, _saved, { paddings, mode }: { paddings: [number, number][]; mode: 'reflect' | 'symmetric' }) => ({
      x: () => paddings.reduce((tensor, pads, axis) => foldAxis(tensor, axis, pads, mode === 'reflect' ? 1 : 0), dy),
    }),
  }),
];
