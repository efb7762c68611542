import { zerosOf, type Border } from './window.ts';

/** Zeros before and behind each axis, that of the batch and the channels included. */
type Pads = [before: number, behind: number][];

/** The padding in the words of `tf.pad` and of 2-D convolutions and poolings: numbers become pairs. */
export function explicitPads(padding: Border, rank: number): 'valid' | 'same' | Pads {
  if (typeof padding === 'string') return padding;
  const [before, behind] = zerosOf(padding);
  return [[0, 0], ...Array.from({ length: rank }, (): [number, number] => [before, behind]), [0, 0]];
}
