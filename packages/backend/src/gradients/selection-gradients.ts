import { where, zeros, zerosLike } from '@tensorflow/tfjs-core';
import { defineGradient, type GradientEntry } from './gradient-entry.ts';

/** Gradient of `Select`: each element's gradient goes to the branch it came from, the condition gets none. A NaN stays in its branch. */
export const selectionGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'Select',
    saves: ['condition'],
    replaces: true,
    gradient: (dy, { condition }) => ({
      condition: () => zeros(condition.shape),
      t: () => where(condition, dy, zerosLike(dy)),
      e: () => where(condition, zerosLike(dy), dy),
    }),
  }),
];
