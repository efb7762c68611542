import { check } from '@kumiko/core';
import type { Padding } from '../padding.ts';
import { axisSizes } from './axis-sizes.ts';

/** Padding as options say it, or so many zeros before and behind each axis. */
export type Border = Padding | readonly [before: number, behind: number];

/** A window that slides over the axes between the batch and the channels; its lists have one number for each of them. */
export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Border;
}

/** A window as options say it. */
export interface WindowOptions {
  readonly size: number | readonly number[];
  readonly strides: number | readonly number[];
  readonly dilations?: number | readonly number[];
  readonly padding: Border;
}

/** The name of the option of a layer's window. */
interface WindowNames {
  readonly symbol: string;
  /** What the layer calls the size. */
  readonly sizeOption: string;
  /** Axes that the window slides over. */
  readonly rank: number;
}

/** The zeros before and behind an axis that a border names; none for the words. */
export function zerosOf(border: Border): readonly [before: number, behind: number] {
  if (typeof border === 'string') return [0, 0];
  return typeof border === 'number' ? [border, border] : border;
}

/**
 * A window with all its sizes, checked.
 *
 * @throws KumikoError when a size is out of range, the padding is unknown, or the window both strides and is dilated
 */
export function windowOf({ symbol, sizeOption, rank }: WindowNames, options: WindowOptions): Window {
  const { padding } = options;
  const size = axisSizes(symbol, sizeOption, options.size, rank);
  const strides = axisSizes(symbol, 'strides', options.strides, rank);
  const dilations = axisSizes(symbol, 'dilationRate', options.dilations ?? 1, rank);
  check(
    padding === 'valid' ||
      padding === 'same' ||
      (typeof padding !== 'string' && zerosOf(padding).every((zeros) => Number.isInteger(zeros) && zeros >= 0)),
    symbol,
    () => `expected padding 'valid', 'same' or a number of zeros, got '${String(padding)}'. Choose one of them.`,
  );
  check(
    strides.every((stride) => stride === 1) || dilations.every((dilation) => dilation === 1),
    symbol,
    () => `expected strides or dilationRate to be 1, got ${strides.join(' x ')} and ${dilations.join(' x ')}. Use one of the two.`,
  );
  return { size, strides, dilations, padding };
}
