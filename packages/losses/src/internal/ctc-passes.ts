import * as tf from '@tensorflow/tfjs-core';
import { NEVER, type CtcLattice } from './ctc-lattice.ts';

/** Log-probabilities of states less their largest, so that they keep their digits however long the sequence is, and that largest: `[batch,1]`. */
function scaled(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const largest = tf.max(x, 1, true);
  return [tf.sub(x, largest), largest];
}

/** `ln(e^a + e^b + e^c)` of each state. */
function join(...ways: tf.Tensor[]): tf.Tensor {
  return tf.logSumExp(tf.stack(ways), 0);
}

/** States moved by a number of places towards the end, or the start where it is negative. */
function moved(x: tf.Tensor, by: number): tf.Tensor {
  const [batch, states] = x.shape as [number, number];
  return tf.slice(tf.pad(x, [[0, 0], by > 0 ? [by, 0] : [0, -by]], NEVER), [0, Math.max(0, -by)], [batch, states]); // prettier-ignore
}

/** What the forward pass says. */
export interface CtcForward {
  /** `ln p(labels)`, `[batch]`; impossible ones are far below any other. */
  readonly logLikelihood: tf.Tensor;
  /** For each time, the log-probability of what came until then, ending in each state, up to a number per sequence: `[time,batch,states]`. */
  readonly forward: tf.Tensor;
}

/** Graves' forward variables, equation 6, in logarithms: one step of vector ops a time. */
export function ctcForward(emissions: readonly tf.Tensor[], { skips, ends }: CtcLattice, logitLengths: tf.Tensor): CtcForward {
  const [batch, states] = skips.shape as [number, number];
  // Before the first time: in the first state, from which the first step reaches the first two.
  let alpha: tf.Tensor = tf.mul(tf.ones([batch, 1]), tf.tensor2d([[0, ...new Array<number>(states - 1).fill(NEVER)]], [1, states]));
  let total: tf.Tensor = tf.zeros([batch, 1]);
  const all = emissions.map((emission, time) => {
    const arrived = join(alpha, moved(alpha, 1), tf.add(moved(alpha, 2), skips));
    const [next, largest] = scaled(tf.add(arrived, emission));
    const runs = tf.expandDims(tf.less(time, logitLengths), 1);
    alpha = tf.where(runs, next, alpha);
    total = tf.add(total, tf.where(runs, largest, tf.zerosLike(largest)));
    return alpha;
  });
  return {
    logLikelihood: tf.add(tf.squeeze(total, [1]), tf.logSumExp(tf.add(alpha, ends), 1)),
    forward: all.length === 0 ? tf.zeros([0, batch, states]) : tf.stack(all),
  };
}

/** How likely each state is at each time, given the labels: Graves' equations 10 and 14, `[batch,time,states]`; 0 beyond a sequence's end. */
export function ctcOccupancy(
  emissions: readonly tf.Tensor[],
  forward: tf.Tensor,
  { skips, ends }: CtcLattice,
  logitLengths: tf.Tensor,
): tf.Tensor {
  const alphas = tf.unstack(forward);
  const skipsAhead = moved(skips, -2);
  let beta = ends;
  const occupancies = alphas.map((_, i) => {
    const time = alphas.length - 1 - i;
    const emission = emissions[time + 1];
    if (emission !== undefined) {
      const after = tf.add(beta, emission);
      const [next] = scaled(join(after, moved(after, -1), tf.add(moved(after, -2), skipsAhead)));
      beta = tf.where(tf.expandDims(tf.less(time + 1, logitLengths), 1), next, ends);
    }
    const occupancy = tf.softmax(tf.add(alphas[time] as tf.Tensor, beta));
    return tf.mul(occupancy, tf.cast(tf.expandDims(tf.less(time, logitLengths), 1), 'float32'));
  });
  return tf.stack(occupancies.reverse(), 1);
}
