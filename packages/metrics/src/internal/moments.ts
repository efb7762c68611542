import { add, cast, divNoNan, mul, square, sub, zeros, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import type { PairMomentsState } from '../pair-moments-state.ts';
import { sumOf } from './sum-of.ts';
import { addToCount, countAsFloat, mergeCounts, zeroCount } from './wide-count.ts';

/** The moments of no pairs. */
export function zeroMoments(): PairMomentsState {
  return { count: zeroCount([]), meanX: zeros([]), meanY: zeros([]), squaresX: zeros([]), squaresY: zeros([]), products: zeros([]) };
}

/** The moments of a batch of pairs, in two passes: the means, and what lies about them. */
export function momentsOf(x: Tensor, y: Tensor): PairMomentsState {
  const size = Math.max(x.size, 1);
  const mean = (of: Tensor): Tensor => {
    const first = mul(sumOf(of), 1 / size);
    // The mean of what is left corrects the rounding of a large sum.
    return add(first, mul(sumOf(sub(of, first)), 1 / size));
  };
  const [meanX, meanY] = [mean(x), mean(y)];
  const [aboutX, aboutY] = [sub(x, meanX), sub(y, meanY)];
  return {
    count: addToCount(zeroCount([]), sumOf(cast(add(zerosLike(x), 1), 'float32'))),
    meanX,
    meanY,
    squaresX: sumOf(square(aboutX)),
    squaresY: sumOf(square(aboutY)),
    products: sumOf(mul(aboutX, aboutY)),
  };
}

/** The moments of two streams of pairs: sums about the common mean, without a difference of large numbers. */
export function mergeMoments(a: PairMomentsState, b: PairMomentsState): PairMomentsState {
  const count = mergeCounts(a.count, b.count);
  const share = divNoNan(countAsFloat(b.count), countAsFloat(count));
  const both = mul(countAsFloat(a.count), share);
  const [x, y] = [sub(b.meanX, a.meanX), sub(b.meanY, a.meanY)];
  return {
    count,
    meanX: add(a.meanX, mul(x, share)),
    meanY: add(a.meanY, mul(y, share)),
    squaresX: add(add(a.squaresX, b.squaresX), mul(square(x), both)),
    squaresY: add(add(a.squaresY, b.squaresY), mul(square(y), both)),
    products: add(add(a.products, b.products), mul(mul(x, y), both)),
  };
}
