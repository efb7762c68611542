export { gradients } from './all-gradients.ts';
export type { GradientEntry } from './gradient-entry.ts';
export { gradientKernels, registerGradients } from './register-gradients.ts';
