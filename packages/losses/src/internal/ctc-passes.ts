import * as tf from '@tensorflow/tfjs-core';
import { NEVER, unless, type CtcLattice } from './ctc-lattice.ts';

/** After so many times log-probabilities are taken less their largest, so that they keep their digits however long the sequence is. */
const RESCALING_INTERVAL = 8;

/** `ln(e^a + e^b)`. */
function either(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const larger = tf.maximum(a, b);
  return tf.add(larger, tf.softplus(tf.sub(tf.minimum(a, b), larger)));
}

/** What comes to each state from itself and from the next two on one side, the second where `skips` lets it. */
function join(x: tf.Tensor, skips: tf.Tensor, side: 'left' | 'right'): tf.Tensor {
  const padded = tf.pad(x, [[0, 0], side === 'left' ? [2, 0] : [0, 2]], NEVER); // prettier-ignore
  const shape = x.shape as [number, number];
  const second = tf.slice(padded, [0, side === 'left' ? 0 : 2], shape);
  return either(either(x, tf.slice(padded, [0, 1], shape)), tf.add(second, skips));
}

/** The rows of each time. */
function timesOf(rows: tf.Tensor, batch: number): tf.Tensor[] {
  const times = (rows.shape[0] as number) / batch;
  return times > 0 ? tf.split(rows, times) : [];
}

/** What the forward pass says. */
export interface CtcForward {
  /** `ln p(labels)`, `[batch]`; impossible ones are far below any other. */
  readonly logLikelihood: tf.Tensor;
  /** After each number of times from 0, the log-probability of what came, ending in each state, up to a number per sequence: `[(time + 1) * batch,states]`. */
  readonly forward: tf.Tensor;
}

/** Graves' forward variables, equation 6, in logarithms: one step of vector ops a time. */
export function ctcForward(emissions: tf.Tensor, { skips, ends }: CtcLattice, logitLengths: tf.Tensor): CtcForward {
  const [batch, states] = ends.shape as [number, number];
  // Before the first time: in the first state, from which the first step reaches the first two.
  let alpha: tf.Tensor = tf.mul(tf.ones([batch, 1]), tf.tensor2d([[0, ...new Array<number>(states - 1).fill(NEVER)]], [1, states]));
  let total: tf.Tensor = tf.zeros([batch, 1]);
  const alphas = [alpha];
  const totals = [total];
  for (const [time, emission] of timesOf(emissions, batch).entries()) {
    alpha = tf.add(join(alpha, skips, 'left'), emission);
    if (time % RESCALING_INTERVAL === 0) {
      const largest = tf.max(alpha, 1, true);
      alpha = tf.sub(alpha, largest);
      total = tf.add(total, largest);
    }
    alphas.push(alpha);
    totals.push(total);
  }
  const forward = tf.concat(alphas);
  // Lengths out of range make the loss NaN elsewhere; here they must not leave the rows.
  const length = tf.minimum(tf.maximum(logitLengths, tf.scalar(0, 'int32')), tf.scalar(alphas.length - 1, 'int32'));
  const row = tf.add(tf.mul(length, tf.scalar(batch, 'int32')), tf.range(0, batch, 1, 'int32')) as tf.Tensor1D;
  const atEnd = tf.logSumExp(tf.add(tf.gather(forward, row), ends), 1);
  return { logLikelihood: tf.add(tf.squeeze(tf.gather(tf.concat(totals), row), [1]), atEnd), forward };
}

/** How likely each state is at each time, given the labels: Graves' equations 10 and 14, `[batch,time,states]`; 0 beyond a sequence's end. */
export function ctcOccupancy(emissions: tf.Tensor, forward: tf.Tensor, { skips, ends }: CtcLattice, logitLengths: tf.Tensor): tf.Tensor {
  const [batch, states] = ends.shape as [number, number];
  const time = (emissions.shape[0] as number) / batch;
  const skipsAhead = tf.slice(tf.pad(skips, [[0, 0], [0, 2]], NEVER), [0, 2], [batch, states]); // prettier-ignore
  const runs = tf.less(tf.reshape(tf.range(0, time, 1, 'int32'), [time, 1, 1]), tf.reshape(logitLengths, [1, batch, 1]));
  // What the last time of a sequence starts from, and where nothing comes back from behind it.
  const starts = timesOf(tf.reshape(tf.minimum(unless(tf.logicalNot(runs)), tf.zeros([time, batch, states])), [-1, states]), batch);
  const within = timesOf(tf.add(emissions, tf.reshape(tf.mul(unless(runs), tf.ones([time, batch, states])), [-1, states])), batch);
  const betas: tf.Tensor[] = [];
  let beta = ends;
  for (let i = time - 1; i >= 0; i--) {
    betas.push(beta);
    const next = join(tf.add(beta, within[i] as tf.Tensor), skipsAhead, 'right');
    beta = tf.maximum(next, tf.add(ends, starts[i] as tf.Tensor));
    if (i % RESCALING_INTERVAL === 0) beta = tf.sub(beta, tf.max(beta, 1, true));
  }
  const reached = tf.slice(forward, [batch, 0]);
  const occupancy = tf.reshape(tf.softmax(tf.add(reached, tf.concat(betas.reverse()))), [time, batch, states]);
  return tf.transpose(tf.mul(occupancy, tf.cast(runs, 'float32')), [1, 0, 2]);
}
