import * as tf from '@tensorflow/tfjs-core';
import { defineListGradient, type GradientEntry } from './gradient-entry.ts';

type Tensor = tf.Tensor;

/** A tensor with one letter for each of its axes. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: string;
}

const orderBy = ({ tensor, labels }: Labelled, wanted: string) =>
  tf.transpose(
    tensor,
    Array.from(wanted).map((label) => labels.indexOf(label)),
  );

/** Contracts one or two labelled tensors to the labels of `wanted` that they have, in its order. */
function contract(terms: readonly Labelled[], wanted: string): Labelled {
  const labels = Array.from(wanted)
    .filter((label) => terms.some((term) => term.labels.includes(label)))
    .join('');
  const [only, other] = terms;
  if (only !== undefined && other === undefined && only.labels.length === labels.length) return { tensor: orderBy(only, labels), labels };
  const equation = `${terms.map((term) => term.labels).join(',')}->${labels}`;
  return { tensor: tf.einsum(equation, ...terms.map((term) => term.tensor)), labels };
}

/** Repeats a labelled tensor along the axes it lacks: the gradient of summing them away. */
function spread({ tensor, labels }: Labelled, wanted: string, shape: readonly number[]): Tensor {
  const kept = Array.from(wanted).map((label, axis) => (labels.includes(label) ? (shape[axis] as number) : 1));
  return tf.broadcastTo(tf.reshape(tensor, kept), [...shape]);
}

/**
 * Gradient of `Einsum` with one or two operands: contract the output's gradient with the other operand,
 * and repeat the result along the axes that the equation sums out of this operand alone.
 */
export const einsumGradients: readonly GradientEntry[] = [
  defineListGradient({
    kernel: 'Einsum',
    saves: 'all',
    gradient: ([dy], operands, { equation }: { equation: string }) => {
      const [left = '', output = ''] = equation.replaceAll(/\s/g, '').split('->');
      const terms = left.split(',').map((labels, index): Labelled => ({ labels, tensor: operands[index] as Tensor }));
      const result: Labelled = { labels: output, tensor: dy as Tensor };
      return Object.fromEntries(
        terms.map(({ labels, tensor }, index) => {
          const others = terms.filter((_term, other) => other !== index);
          return [index, () => spread(contract([result, ...others], labels), labels, tensor.shape)];
        }),
      );
    },
  }),
];
