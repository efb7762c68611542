import { tensor } from '@tensorflow/tfjs-core';
import { check, generator, type Generator } from '@kumiko/core';
import { fans, type Fans } from './fans.ts';
import type { Initializer } from './initializer.ts';

/** Options of {@link varianceScaling}. */
export interface VarianceScalingOptions {
  /** Factor of the variance, above 0. Default: 1. */
  readonly scale?: number;
  /** What the variance is divided by: a fan, or the mean of both. Default: `'fanIn'`. */
  readonly mode?: 'fanIn' | 'fanOut' | 'fanAverage';
  /** Shape of the distribution. Default: `'truncatedNormal'`. */
  readonly distribution?: 'truncatedNormal' | 'normal' | 'uniform';
}

/** Standard deviation of a standard normal cut off at -2 and 2. */
const TRUNCATED_DEVIATION = 0.8796256610342398;

function divisor(mode: NonNullable<VarianceScalingOptions['mode']>, { fanIn, fanOut }: Fans): number {
  const fan = mode === 'fanAverage' ? (fanIn + fanOut) / 2 : mode === 'fanIn' ? fanIn : fanOut;
  return Math.max(1, fan);
}

/** One value of variance 1. */
const draws: Record<NonNullable<VarianceScalingOptions['distribution']>, (random: Generator) => number> = {
  normal: (random) => random.normal(),
  uniform: (random) => (2 * random.uniform() - 1) * Math.sqrt(3),
  truncatedNormal(random) {
    let value = random.normal();
    while (Math.abs(value) > 2) value = random.normal();
    return value / TRUNCATED_DEVIATION;
  },
};

/**
 * An initializer whose variance shrinks with the size of the kernel, so that signals keep their size through the layers:
 * mean 0, variance `scale / n`, where n is {@link fans | fanIn, fanOut} or their mean.
 *
 * `'uniform'` is over `[-sqrt(3 scale / n), sqrt(3 scale / n))`; `'truncatedNormal'` redraws beyond two deviations and is widened
 * so that the variance stays exact (as Keras and JAX do; tfjs does not widen it).
 *
 * @param options all optional
 * @throws KumikoError when `scale` is not above 0, or `mode` or `distribution` is unknown
 * @example
 * const initializer = varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' });
 * initializer(key(0), [3, 3, 32, 64]); // variance 2 / 576
 * @see He et al., "Delving deep into rectifiers", ICCV 2015; Glorot and Bengio, AISTATS 2010; jax.nn.initializers.variance_scaling
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal' } = options;
  check(scale > 0 && Number.isFinite(scale), 'varianceScaling', () => `expected scale > 0, got ${scale}. Pass for example 2.`);
  check(
    ['fanIn', 'fanOut', 'fanAverage'].includes(mode),
    'varianceScaling',
    () => `expected mode 'fanIn', 'fanOut' or 'fanAverage', got '${String(mode)}'. Choose one of them.`,
  );
  check(
    Object.hasOwn(draws, distribution),
    'varianceScaling',
    () => `expected distribution 'truncatedNormal', 'normal' or 'uniform', got '${String(distribution)}'. Choose one of them.`,
  );
  return (key, shape) => {
    const deviation = Math.sqrt(scale / divisor(mode, fans(shape)));
    const random = generator(key);
    const draw = draws[distribution];
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) values[i] = deviation * draw(random);
    return tensor(values, [...shape], 'float32');
  };
}
