import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { check, formatShape } from '@kumiko/core';
import type { CrossEntropyAttributes } from './internal/cross-entropy-attributes.ts';
import { crossEntropyBody } from './internal/cross-entropy-body.ts';
import { softmaxCrossEntropyGradient } from './internal/softmax-cross-entropy-gradient.ts';
import { softmaxCrossEntropyReference } from './internal/softmax-cross-entropy-reference.ts';
import { targetsGradient } from './internal/targets-gradient.ts';

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /** Share of the target spread evenly over all classes, in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
}

const crossEntropy = /* @__PURE__ */ defineOp<'logits' | 'targets', CrossEntropyAttributes>({
  name: 'SoftmaxCrossEntropy',
  inputs: ['logits', 'targets'],
  reference: softmaxCrossEntropyReference,
  gradient: (dy, { logits, targets }, attributes) => ({
    logits: () => softmaxCrossEntropyGradient({ logits, targets, dy }, attributes),
    targets: () => targetsGradient(logits, dy, attributes),
  }),
  kernels: { wasm: /* @__PURE__ */ crossEntropyBody('Losses', ['logits', 'targets'], (shape) => shape.slice(0, -1)) },
});

/**
 * Softmax cross-entropy of each row of logits, fused: `loss = -sum over c of q[c] * log softmax(logits)[c]`.
 *
 * For labels, `q = (1 - labelSmoothing) * onehot(label) + labelSmoothing / classes`; for distributions the row of `targets` stands for the
 * one-hot row. Neither probabilities nor one-hot rows are stored: with m the largest logit of the row it is
 * `sum(q) ln sum e^(x - m) - sum q (x - m)`, exact for logits of 1e4, and a class of share 0 may be at -Infinity. The gradient is
 * `dy (sum(q) softmax(logits) - q)`, computed anew from the logits, and has a gradient itself.
 *
 * @param logits float32 `[...,classes]`, before any softmax
 * @param targets labels, int32 `[...]`; or distributions, `[...,classes]`, cast to float32. A label that is no class gives NaN, with gradient 0
 * @param options `labelSmoothing`
 * @returns float32 `[...]`, one loss a row
 * @throws KumikoError when the shapes or the type of the labels do not fit, there is no class, or `labelSmoothing` is out of range
 * @example
 * const logits = tf.tensor2d([[0, 0], [0, Math.log(3)]]);
 * softmaxCrossEntropy(logits, tf.tensor1d([0, 1], 'int32')); // [0.6931472, 0.2876821]: ln 2, ln 4/3
 * softmaxCrossEntropy(logits, tf.tensor2d([[0.5, 0.5], [0.5, 0.5]])); // [0.6931472, 0.8369882]
 * @see torch.nn.functional.cross_entropy; Szegedy et al., "Rethinking the Inception architecture", CVPR 2016 (label smoothing)
 */
export function softmaxCrossEntropy(logits: tf.Tensor, targets: tf.Tensor, options: SoftmaxCrossEntropyOptions = {}): tf.Tensor {
  const { labelSmoothing = 0 } = options;
  const symbol = 'softmaxCrossEntropy';
  check(
    (logits.shape.at(-1) ?? 0) > 0 && logits.dtype === 'float32',
    symbol,
    () => `expected float32 logits [...,classes], got ${logits.dtype} ${formatShape(logits.shape)}. Give them one number a class.`,
  );
  const rows = logits.shape.slice(0, -1);
  const isLabels = tf.util.arraysEqual(targets.shape, rows);
  check(
    isLabels || tf.util.arraysEqual(targets.shape, logits.shape),
    symbol,
    () =>
      `expected targets ${formatShape(rows)} or ${formatShape(logits.shape)} for logits ${formatShape(logits.shape)}, got ${formatShape(targets.shape)}. Pass one label, or one share a class, for each row.`,
  );
  check(
    !isLabels || targets.dtype === 'int32',
    symbol,
    () => `expected labels of type int32, got ${targets.dtype}. Convert them: tf.cast(labels, 'int32').`,
  );
  check(
    labelSmoothing >= 0 && labelSmoothing < 1,
    symbol,
    () => `expected labelSmoothing in [0, 1), got ${labelSmoothing}. Pass for example 0.1.`,
  );
  return tf.tidy(() => crossEntropy({ logits, targets: isLabels ? targets : tf.cast(targets, 'float32') }, { labelSmoothing }));
}
