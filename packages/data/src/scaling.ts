import { check } from '@kumiko/core';
import { HostTensor, hostTensor, type NumericArray } from './host-tensor.ts';

/** How features are scaled, `(x - offset) / scale`, one entry for each place of the last axis. Plain numbers, to be stored with the model. */
export interface Scaling {
  readonly offset: Float64Array;
  readonly scale: Float64Array;
}

/** The features of a row: a host tensor whose last axis counts them, a typed array of them, or one number. */
export type Features = HostTensor | NumericArray | number;

/**
 * Features with a shape.
 *
 * @example
 * featuresOf(Float32Array.of(1, 2)).shape; // [2]
 */
export function featuresOf(features: Features): HostTensor {
  if (features instanceof HostTensor) return features;
  return typeof features === 'number' ? new HostTensor(Float64Array.of(features), [], 'float32') : hostTensor(features);
}

/**
 * Scales features: `(x - offset) / scale` along the last axis, computed in float64 and rounded to float32. One row or a whole column.
 *
 * @throws KumikoError when the last axis has another size than the scaling
 * @example
 * const rows = fromArrays({ x: hostTensor(Float32Array.of(1, 3), [2, 1]) });
 * const scaling = await fitStandardScaling(rows, ({ x }) => x);
 * const scaled = map(rows, ({ x }) => applyScaling(x, scaling).value);
 * await Array.fromAsync(scaled); // [-1, 1]
 */
export function applyScaling(features: Features, scaling: Scaling): HostTensor {
  const { values, shape } = featuresOf(features);
  const { offset, scale } = scaling;
  const count = shape.at(-1) ?? 1;
  check(
    count === offset.length,
    'applyScaling',
    () => `expected ${offset.length} features on the last axis, got ${count}. Pass the features that the scaling was fitted to.`,
  );
  const scaled = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++)
    scaled[i] = ((values[i] as number) - (offset[i % count] as number)) / (scale[i % count] as number);
  return hostTensor(scaled, shape);
}
