import * as tf from '@tensorflow/tfjs-core';
import { nestedGradients, trackLeaks } from '@kumiko/backend';
import { expectTensor, type PackedTensor } from '@kumiko/testing';
import { expect } from 'vitest';

/** A row of a golden file: the gradients are those of `sum(y cos(i))`, the second ones those of the sum of its gradient by x times cos(2i). */
export interface NormRow {
  readonly epsilon: number;
  readonly inputs: readonly PackedTensor[];
  readonly y: PackedTensor;
  readonly grads: readonly PackedTensor[];
  readonly second: readonly PackedTensor[];
}

/** A normalisation of x with its vectors. */
export type Norm = (x: tf.Tensor, vectors: readonly tf.Tensor[], epsilon: number) => tf.Tensor;

function unpack({ shape, values }: PackedTensor): tf.Tensor {
  return tf.tensor([...values], [...shape]);
}

function cosines(step: number, { shape, values }: PackedTensor): tf.Tensor {
  return tf.tensor(
    values.map((_, i) => Math.cos(step * i)),
    [...shape],
  );
}

/** Fails unless a normalisation, its gradients and their gradients are those of the row. */
export function expectNormRow(norm: Norm, { epsilon, inputs: packed, y, grads, second }: NormRow): void {
  tf.tidy(() => {
    const inputs = packed.map(unpack);
    const apply = (x: tf.Tensor, ...vectors: tf.Tensor[]): tf.Tensor => norm(x, vectors, epsilon);
    expectTensor(apply(...(inputs as [tf.Tensor])), y);
    const loss = (...all: tf.Tensor[]): tf.Tensor => tf.sum(tf.mul(apply(...(all as [tf.Tensor])), cosines(1, y)));
    tf.grads(loss)(inputs).forEach((gradient, i) => expectTensor(gradient, grads[i] as PackedTensor));
    const slope = (x: tf.Tensor, gamma: tf.Tensor): tf.Tensor => {
      const [byX] = tf.grads((...all: tf.Tensor[]) => loss(...all))([x, gamma, ...inputs.slice(2)]);
      return tf.sum(tf.mul(byX as tf.Tensor, cosines(2, y)));
    };
    tf.grads(slope)(inputs.slice(0, 2)).forEach((gradient, i) => expectTensor(gradient, second[i] as PackedTensor));
  });
}

/** Values around an offset, the same in every run. */
function wave(shape: number[], seed: number, offset = 0): tf.Tensor {
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin((i + 1) * (12.9898 + seed)) + offset),
    shape,
  );
}

/** Fails unless value and gradients are close to those of the plain formula, and nothing but them is left. */
export async function expectLikePlain(norm: Norm, plain: Norm, vectorCount: number, shape: number[]): Promise<void> {
  const columns = shape.at(-1) as number;
  const inputs = [wave(shape, 0, 0.5), ...Array.from({ length: vectorCount }, (_, i) => wave([columns], i + 1))];
  const dy = wave(shape, 9);
  const all = (of: Norm): Promise<tf.Tensor[]> =>
    trackLeaks(() =>
      tf.tidy(() => {
        const apply = (x: tf.Tensor, ...vectors: tf.Tensor[]): tf.Tensor => of(x, vectors, 1e-3);
        return [apply(...(inputs as [tf.Tensor])), ...nestedGradients((...xs) => apply(...(xs as [tf.Tensor])), inputs, dy)];
      }),
    );
  const actual = await all(norm);
  const expected = await all(plain);
  for (const [i, tensor] of actual.entries()) {
    // The gradient by gamma adds up as many numbers as there are rows.
    const tolerance = { absolute: 3e-6 * Math.max(1, Math.sqrt(dy.size / columns)), relative: 1e-5 };
    expectTensor(tensor, { shape: tensor.shape, values: [...(await (expected[i] as tf.Tensor).data())] }, tolerance);
  }
  tf.dispose([inputs, dy, actual, expected]);
}

/** The errors that every normalisation with these vectors gives. */
export function expectNormErrors(symbol: string, norm: Norm, vectorCount: number): void {
  const vectors = (count: number): tf.Tensor[] => Array.from({ length: vectorCount }, () => tf.ones([count]));
  tf.tidy(() => {
    expect(() => norm(tf.ones([2, 3], 'int32'), vectors(3), 0)).toThrow(
      `${symbol}: expected x as float32 of rank 1 or more, got int32 [2,3]. Cast or reshape x.`,
    );
    expect(() => norm(tf.scalar(1), vectors(1), 0)).toThrow(`${symbol}: expected x as float32 of rank 1 or more, got float32 [].`);
    expect(() => norm(tf.ones([2, 3]), vectors(2), 0)).toThrow(
      `${symbol}: expected gamma as float32 [3], got float32 [2]. Give it the length of the last axis of x.`,
    );
    for (const epsilon of [-1, NaN, Infinity])
      expect(() => norm(tf.ones([2, 3]), vectors(3), epsilon)).toThrow(
        `${symbol}: expected a finite epsilon >= 0, got ${epsilon}. Pass a small positive number such as 1e-5.`,
      );
  });
}
