import { defineGradient, type GradientEntry } from './gradient-entry.ts';
import { runKernel } from './run-kernel.ts';

/** Gradient of `Dilation2D`, the maximum of `x + filter` over a window: both inputs at the maximum get the gradient. Once differentiable. */
export const morphologyGradients: readonly GradientEntry[] = [
  defineGradient({
    kernel: 'Dilation2D',
    saves: ['x', 'filter'],
    gradient: (dy, { x, filter }, attributes: object) => ({
      x: () => runKernel('Dilation2DBackpropInput', { x, filter, dy }, attributes),
      filter: () => runKernel('Dilation2DBackpropFilter', { x, filter, dy }, attributes),
    }),
  }),
];
