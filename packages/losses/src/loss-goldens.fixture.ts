import * as tf from '@tensorflow/tfjs-core';
import type { PackedTensor } from '@kumiko/testing';
import boxesAndTasks from '../../../fixtures/losses/boxes-and-tasks.json' with { type: 'json' };
import classification from '../../../fixtures/losses/classification.json' with { type: 'json' };
import regression from '../../../fixtures/losses/regression.json' with { type: 'json' };
import sequences from '../../../fixtures/losses/sequences.json' with { type: 'json' };
import structured from '../../../fixtures/losses/structured.json' with { type: 'json' };

/** A tensor of a golden file. */
export interface GoldenTensor extends PackedTensor {
  readonly dtype: string;
}

/** A loss with its inputs, its single values, and the gradients of `sum of (1 + i / 4) * losses[i]`. */
export interface LossGolden {
  readonly loss: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether it stands for numbers of 1e4. */
  readonly extreme: boolean;
  /** Why central differences do not see the wanted gradient. */
  readonly noDifferences: string | null;
  readonly inputs: readonly GoldenTensor[];
  readonly losses: GoldenTensor;
  readonly gradients: readonly (GoldenTensor & { readonly input: number })[];
}

/** Every golden row. */
export const lossGoldens = [
  ...regression.rows,
  ...classification.rows,
  ...structured.rows,
  ...boxesAndTasks.rows,
  ...sequences.rows,
] as unknown as readonly LossGolden[];

/** The tensor that a golden file holds. */
export function unpack({ shape, values, dtype }: GoldenTensor): tf.Tensor {
  return tf.tensor([...values], [...shape], dtype as 'float32');
}

/** The options of a row, its tensors unpacked. */
export function unpackOptions(options: LossGolden['options']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && Object.hasOwn(value, 'values') ? unpack(value as GoldenTensor) : value,
    ]),
  );
}

/** The weights of the single losses under which the gradients of a row were taken. */
export function goldenWeights({ losses }: LossGolden): tf.Tensor {
  return tf.tensor(
    losses.values.map((_loss, i) => 1 + i / 4),
    [...losses.shape],
  );
}
