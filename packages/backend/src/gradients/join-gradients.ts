import * as tf from '@tensorflow/tfjs-core';
import { defineListGradient, type GradientEntry } from './gradient-entry.ts';

type Tensor = tf.Tensor;

const byIndex = (gradients: readonly Tensor[]) => Object.fromEntries(gradients.map((gradient, index) => [index, () => gradient]));

/** Gradients of the kernels that join tensors or take them apart; each is the inverse of another. */
export const joinGradients: readonly GradientEntry[] = [
  defineListGradient({
    kernel: 'AddN',
    saves: 'all',
    gradient: ([dy], inputs) => Object.fromEntries(inputs.map((_input, index) => [index, () => dy as Tensor])),
  }),
  defineListGradient({
    kernel: 'Concat',
    saves: 'all',
    gradient: ([dy], inputs, { axis }: { axis: number }) => {
      const [first] = inputs as [Tensor];
      const along = tf.util.parseAxisParam(axis, first.shape)[0] as number;
      return byIndex(
        tf.split(
          dy as Tensor,
          inputs.map((input) => input.shape[along] as number),
          along,
        ),
      );
    },
  }),
  defineListGradient({ kernel: 'Pack', gradient: ([dy], _saved, { axis }: { axis: number }) => byIndex(tf.unstack(dy as Tensor, axis)) }),
  defineListGradient({
    kernel: 'SplitV',
    replaces: true,
    gradient: (dys, _saved, { axis }: { axis: number }) => ({ x: () => tf.concat([...dys], axis) }),
  }),
  defineListGradient({
    kernel: 'Unpack',
    replaces: true,
    gradient: (dys, _saved, { axis }: { axis: number }) => ({ value: () => tf.stack([...dys], axis) }),
  }),
];
