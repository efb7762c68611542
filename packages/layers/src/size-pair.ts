import { axisSizes } from './internal/axis-sizes.ts';

/** Two sizes `[height, width]`, or one number for both. */
export type SizePair = number | readonly [height: number, width: number];

/**
 * Both sizes of an option.
 *
 * @throws KumikoError when one is not a whole number of at least 1
 * @example
 * sizePair('conv2d', 'kernelSize', 3); // [3, 3]
 */
export function sizePair(symbol: string, option: string, size: SizePair): [height: number, width: number] {
  return axisSizes(symbol, option, size, 2) as [number, number];
}
