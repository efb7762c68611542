import { tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { Metric } from '@kumiko/core';
import { mean, type MeanState } from '../mean.ts';

/** A metric that averages what `values` makes of a batch, and says what `finish` makes of the mean. */
export function meanOf<B>(
  name: string,
  values: (batch: B) => { readonly values: Tensor; readonly weights?: Tensor },
  finish: (mean: Scalar) => Scalar = (result) => result,
): Metric<MeanState, B, Scalar> {
  const { init, update, merge, result } = mean();
  return {
    name,
    init,
    update: (state, batch) => tidy(() => update(state, values(batch))),
    merge,
    result: (state) => tidy(() => finish(result(state))),
  };
}
