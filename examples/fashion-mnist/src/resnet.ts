import {
  activation,
  batchNorm,
  conv2d,
  dense,
  globalAveragePool,
  maxPool2d,
  relu,
  residual,
  sequential,
  varianceScaling,
  type Sequential,
} from '@kumiko/layers';
import type { Layer } from '@kumiko/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { CLASSES } from './images.ts';

const kernelInitializer = varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' });

/** A convolution that keeps the size but for its strides, and its normalisation. */
function convNorm(name: string, filters: number, kernelSize: number, strides = 1): Sequential {
  const conv = conv2d({ filters, kernelSize, strides, padding: (kernelSize - 1) / 2, useBias: false, kernelInitializer, name: 'conv' });
  return sequential<Tensor, Tensor>([conv, batchNorm({ momentum: 0.9, epsilon: 1e-5, name: 'norm' })], { name });
}

/** A block of two convolutions and a way around them: `relu(body(x) + shortcut(x))`. */
function block(name: string, inputs: number, filters: number, strides: number): Layer<Tensor, Tensor> {
  const body = sequential<Tensor, Tensor>([convNorm('conv1', filters, 3, strides), activation(relu), convNorm('conv2', filters, 3)]);
  const changes = strides > 1 || filters !== inputs;
  return residual(body, { activation: relu, name, ...(changes && { shortcut: convNorm('shortcut', filters, 1, strides) }) });
}

/** Channels of the stem, and of the blocks behind it. */
const STEM = 32;
const STAGES = [32, 64, 128];

/** A small residual network: a stem, halved at once, three blocks that halve the images again and again, and the mean of what is left. */
export function resnet(): Sequential {
  const stages = STAGES.map((filters, i) => block(`stage${i + 1}`, i === 0 ? STEM : (STAGES[i - 1] as number), filters, i === 0 ? 1 : 2));
  return sequential<Tensor, Tensor>(
    [
      convNorm('stem', STEM, 3),
      activation(relu),
      maxPool2d(),
      ...stages,
      globalAveragePool(),
      dense({ units: CLASSES.length, name: 'head' }),
    ],
    { name: 'resnet' },
  );
}
