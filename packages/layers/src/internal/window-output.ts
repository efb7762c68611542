import { check, formatShape, type Shape } from '@kumiko/core';
import { zerosOf, type Window } from './window.ts';

/**
 * The sizes of the axes between batch and channels after a window has slid over `[batch,...,channels]`.
 *
 * @throws KumikoError when the window is larger than the padded input
 */
export function windowOutput(symbol: string, input: Shape, { size, strides, dilations, padding }: Window): number[] {
  const border = zerosOf(padding)[0] + zerosOf(padding)[1];
  const least = size.map((one, axis) => Math.max(1, (one - 1) * (dilations[axis] as number) + 1 - border));
  const output = strides.map((stride, axis) => {
    const length = input[axis + 1] as number;
    const extent = ((size[axis] as number) - 1) * (dilations[axis] as number) + 1;
    return padding === 'same' ? Math.ceil(length / stride) : Math.floor((length + border - extent) / stride) + 1;
  });
  check(
    output.every((length) => length >= 1),
    symbol,
    () =>
      `expected an input of at least ${least.join(' x ')} positions, got ${formatShape(input)}. Use padding 'same', a smaller window or fewer pooling layers before it.`,
  );
  return output;
}
