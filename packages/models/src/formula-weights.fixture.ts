import * as tf from '@tensorflow/tfjs-core';

/** A value of the formula that fixtures/models_transformers.py draws weights by: a multiple of 1/256, exact in float32. */
function drawn(index: number, seed: number): number {
  return (((index * 37 + seed * 101) % 89) - 44) / 256;
}

/** PyTorch's parameters by name, filled by the formula in their order there; scales of normalisations lie around 1. */
export function formulaWeights(parameters: readonly (readonly [name: string, shape: readonly number[]])[]): Record<string, tf.Tensor> {
  return Object.fromEntries(
    parameters.map(([name, shape], seed) => {
      const offset = shape.length === 1 && name.endsWith('weight') ? 1 : 0;
      const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => drawn(i, seed) + offset);
      return [name, tf.tensor(values, [...shape])];
    }),
  );
}
