import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, type Schedule, type Transform, type Tree } from '@kumiko/core';
import { addDecayedWeights } from './add-decayed-weights.ts';
import { adamw } from './adamw.ts';
import { chain } from './chain.ts';
import { checkOption, count, decayRange } from './internal/check-option.ts';
import { leafTransform } from './internal/leaf-transform.ts';
import { checkLearningRate } from './internal/learning-rate.ts';
import { partition, type PartitionState } from './partition.ts';
import { scaleByLearningRate } from './scale-by-learning-rate.ts';

/** Options of {@link scaleByMuon}. */
export interface ScaleByMuonOptions {
  /** Decay of the sum of the gradients, in [0, 1). Default: 0.95. */
  readonly momentum?: number;
  /** Whether momentum looks one step ahead. Default: true. */
  readonly nesterov?: boolean;
  /** Newton-Schulz iterations, at least 1. Default: 5. */
  readonly iterations?: number;
}

/** Options of {@link muon}. */
export interface MuonOptions extends ScaleByMuonOptions {
  /** Step size of matrices: at least 0, or a schedule. Default: 0.02. */
  readonly learningRate?: number | Schedule;
  /** Decay of all parameters per unit of learning rate, at least 0. Default: 0. */
  readonly weightDecay?: number;
  /** Step size of the other parameters, which {@link adamw} trains: at least 0, or a schedule. Default: 3e-4. */
  readonly adamLearningRate?: number | Schedule;
  /** Which parameters count as matrices, all of rank 2 or more; embeddings and heads are often left out. Default: those of rank 2 or more. */
  readonly matrices?: (name: string, param: tf.Tensor) => boolean;
}

/** State of {@link scaleByMuon}. */
export type ScaleByMuonState = {
  /** Updates so far, int32 scalar. */
  readonly step: tf.Scalar;
  /** Decaying sum of the gradients, of the parameters' structure. */
  readonly trace: Tree;
};

/**
 * Momentum made orthogonal: `t = g + momentum t`, `X = g + momentum t` (or t), scaled to norm 1, and then five times
 * `X = a X + (b A + c A^2) X` with `A = X X^T` and `a, b, c = 3.4445, -4.7750, 2.0315`, which brings all singular values near 1;
 * `u = sqrt(max(1, out / in)) X`. A parameter is `[in, out]`; of higher ranks all axes but the last count as in.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range; from `init` when a parameter has a rank below 2
 * @example
 * const transform = scaleByMuon({ iterations: 1 });
 * const params = { w: tf.zeros([1, 1]) };
 * transform.update({ w: tf.tensor2d([[-5]]) }, transform.init(params), params)[0]; // { w: [[-0.701]] }
 * @see Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024
 */
export function scaleByMuon({ momentum = 0.95, nesterov = true, iterations = 5 }: ScaleByMuonOptions = {}): Transform<ScaleByMuonState> {
  checkOption('scaleByMuon', 'momentum', momentum, decayRange, 0.95);
  checkOption('scaleByMuon', 'iterations', iterations, count, 5);
  return leafTransform({
    name: 'scaleByMuon',
    slots: {
      trace(param) {
        check(
          param.rank >= 2,
          'scaleByMuon',
          () => `expected matrices, got a parameter ${formatShape(param.shape)}. Give it to another optimizer with partition.`,
        );
        return tf.zerosLike(param);
      },
    },
    rule({ grad }, slots) {
      const trace = tf.add(grad, tf.mul(slots.trace, momentum));
      const direction = nesterov ? tf.add(grad, tf.mul(trace, momentum)) : trace;
      const columns = grad.shape.at(-1) as number;
      const rows = grad.size / columns;
      const orthogonal = orthogonalize(tf.reshape(direction, [rows, columns]), iterations);
      return [tf.reshape(tf.mul(orthogonal, Math.sqrt(Math.max(1, columns / rows))), grad.shape), { trace }];
    },
  });
}

/** Newton-Schulz iterations towards `U V^T` of the singular value decomposition. */
function orthogonalize(matrix: tf.Tensor2D, iterations: number): tf.Tensor2D {
  const [rows, columns] = matrix.shape;
  let x: tf.Tensor2D = tf.div(rows > columns ? tf.transpose(matrix) : matrix, tf.add(tf.norm(matrix), 1e-7));
  for (let i = 0; i < iterations; i++) {
    const a: tf.Tensor2D = tf.matMul(x, x, false, true);
    const polynomial: tf.Tensor2D = tf.add(tf.mul(a, -4.775), tf.mul(tf.matMul(a, a), 2.0315));
    x = tf.add(tf.mul(x, 3.4445), tf.matMul(polynomial, x));
  }
  return rows > columns ? tf.transpose(x) : x;
}

/**
 * Muon for the matrices, `params = params - learningRate * (u + weightDecay * params)` with the u of {@link scaleByMuon}, and
 * {@link adamw} with betas 0.9 and 0.95 for the rest.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range; from `init` when `matrices` picks a parameter with a rank below 2
 * @example
 * const optimizer = muon({ iterations: 1, learningRate: 0.1, adamLearningRate: 0.5 });
 * const params = { kernel: tf.zeros([1, 1]), bias: tf.zeros([1]) };
 * const grads = { kernel: tf.tensor2d([[-5]]), bias: tf.tensor1d([2]) };
 * optimizer.update(grads, optimizer.init(params), params)[0]; // { kernel: [[0.0701]], bias: [-0.5] }
 * @see Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024
 */
export function muon(options: MuonOptions = {}): Transform<PartitionState> {
  const { learningRate = 0.02, weightDecay = 0, adamLearningRate = 3e-4, matrices = (_name, { rank }) => rank >= 2, ...rest } = options;
  checkLearningRate('muon', adamLearningRate, 'adamLearningRate');
  const groups = {
    muon: chain([scaleByMuon(rest), addDecayedWeights(weightDecay), scaleByLearningRate(learningRate)]),
    adamw: adamw({ learningRate: adamLearningRate, beta2: 0.95, weightDecay }),
  };
  return { ...partition(groups, (name, param) => (matrices(name, param) ? 'muon' : 'adamw')), name: 'muon' };
}
