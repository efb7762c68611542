import { check, formatShape, type Shape } from '@kumiko/core';
import type { Padding } from '../padding.ts';

/**
 * Height and width after a window has slid over `[batch,height,width,channels]`.
 *
 * @throws KumikoError when the padding is unknown, or the window is larger than the input under `valid`
 */
export function windowOutput(
  symbol: string,
  input: Shape,
  size: readonly [number, number],
  strides: readonly [number, number],
  padding: Padding,
): [height: number, width: number] {
  check(
    padding === 'valid' || padding === 'same',
    symbol,
    () => `expected padding 'valid' or 'same', got '${String(padding)}'. Choose one of them.`,
  );
  const along = (axis: 0 | 1): number => {
    const length = input[axis + 1] as number;
    return padding === 'same' ? Math.ceil(length / strides[axis]) : Math.floor((length - size[axis]) / strides[axis]) + 1;
  };
  const output: [number, number] = [along(0), along(1)];
  check(
    output.every((length) => length >= 1),
    symbol,
    () =>
      `expected an input of at least ${size.join(' x ')} pixels, got ${formatShape(input)}. Use padding 'same', a smaller window or fewer pooling layers before it.`,
  );
  return output;
}
