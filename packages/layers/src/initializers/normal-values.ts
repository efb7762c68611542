import { tensor } from '@tensorflow/tfjs-core';
import { check, generator } from '@kumiko/core';
import type { Initializer } from './initializer.ts';

/**
 * Normal of mean 0 and a deviation that does not depend on the shape: how embeddings and transformers usually start.
 *
 * @param standardDeviation at least 0
 * @throws KumikoError when the deviation is negative or not finite
 * @example
 * normalValues(0.02)(key(0), [128, 64]); // deviation 0.02
 * @see torch.nn.init.normal_; Radford et al., "Language models are unsupervised multitask learners", 2019
 */
export function normalValues(standardDeviation: number): Initializer {
  check(
    standardDeviation >= 0 && Number.isFinite(standardDeviation),
    'normalValues',
    () => `expected standardDeviation >= 0, got ${standardDeviation}. Pass for example 0.02.`,
  );
  return (key, shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const values = standardDeviation === 0 ? new Float32Array(size) : generator(key).normals(size);
    for (let i = 0; i < values.length; i++) (values[i] as number) *= standardDeviation;
    return tensor(values, [...shape], 'float32');
  };
}
