import * as tf from '@tensorflow/tfjs-core';

/** A value of the formula that fixtures/models_vision.py draws by: a multiple of 1/32, exact in float32. */
function drawn(index: number, seed: number): number {
  return (((index * 37 + seed * 101) % 89) - 44) / 32;
}

/** Images `[batch,height,width,channels]` by the formula. */
export function visionImages(shape: readonly number[]): tf.Tensor {
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => drawn(i, 7)),
    [...shape],
  );
}

/** How a tensor of PyTorch's state dict is made of the formula's values. */
function scaled(name: string, shape: readonly number[]): (value: number) => number {
  if (shape.length >= 2) {
    const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
    return (value) => value * 2 ** -Math.round(Math.log2(fanIn) / 2);
  }
  if (name.endsWith('running_var')) return (value) => Math.round((1.2 + value / 2) * 64) / 64;
  return (value) => (name.endsWith('weight') ? 1 + value / 8 : value / 8);
}

/** A state dict by the formula, each tensor seeded by its place. */
export function visionWeights(tensors: readonly (readonly [name: string, shape: readonly number[]])[]): Record<string, tf.Tensor> {
  return Object.fromEntries(
    tensors.map(([name, shape], seed) => {
      const make = scaled(name, shape);
      const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => make(drawn(i, seed)));
      return [name, tf.tensor(values, [...shape])];
    }),
  );
}
