import type { Transform } from '@kumiko/core';
import type { Sequential } from '@kumiko/layers';
import { adamw, addDecayedWeights, chain, cosineDecay, oneCycle, sgd } from '@kumiko/optimizers';
import { cnn } from './cnn.ts';
import { mirror } from './mirror.ts';
import type { Augmentation } from './prepare.ts';
import { resnet } from './resnet.ts';

/** A network, and all that it takes to train it. */
export interface Recipe {
  readonly model: () => Sequential;
  /** The optimizer of a run of so many steps. */
  readonly optimizer: (steps: number) => Transform;
  readonly epochs: number;
  readonly batchSize: number;
  /** Share of every label that is spread over all classes. */
  readonly labelSmoothing: number;
  /** What happens to images before they are learned; undefined: nothing. */
  readonly augmentation: Augmentation | undefined;
}

/** Kernels decay, biases and normalisations do not. */
const mask = (name: string): boolean => name.endsWith('kernel');

/** A rise of three tenths and a fall take so many steps at least. */
const SHORTEST_CYCLE = 4;

/** What is known to work, by the model's name. */
export const recipes = {
  cnn: {
    model: cnn,
    optimizer: (steps) => adamw({ learningRate: cosineDecay({ initialValue: 2e-3, steps }), weightDecay: 0.01, mask }),
    epochs: 7,
    batchSize: 64,
    labelSmoothing: 0,
    augmentation: undefined,
  },
  resnet: {
    model: resnet,
    optimizer: (steps) =>
      chain([
        addDecayedWeights(5e-4, { mask }),
        sgd({ learningRate: oneCycle({ maximumValue: 0.06, steps: Math.max(SHORTEST_CYCLE, steps) }), momentum: 0.9, nesterov: true }),
      ]),
    epochs: 10,
    batchSize: 64,
    labelSmoothing: 0.1,
    augmentation: mirror,
  },
} as const satisfies Record<string, Recipe>;
