import type { Padding } from '../padding.ts';

/** Zeros before and behind each axis, that of the batch and the channels included. */
type Pads = [before: number, behind: number][];

/** The padding in the words of `tf.pad` and of 2-D convolutions and poolings: a number becomes pairs. */
export function explicitPads(padding: Padding, rank: number): 'valid' | 'same' | Pads {
  if (typeof padding !== 'number') return padding;
  return [[0, 0], ...Array.from({ length: rank }, (): [number, number] => [padding, padding]), [0, 0]];
}
