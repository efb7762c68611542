import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { wasmBody } from '../../internal/wasm-body.ts';
import type { NormAttributes } from './norm-attributes.ts';
import { normalisationModule, rowsOf } from './normalisation-module.ts';
import { normalisedRows } from './normalised-rows.ts';

type Input = 'dy' | 'x' | 'gamma';

/** `r (g - mean(g) - n mean(g n))` with `g = dy gamma`; `mean(g)` is left out unless `isCentered`. */
const reference =
  (isCentered: boolean) =>
  ({ dy, x, gamma }: Record<Input, tf.Tensor>, { epsilon }: NormAttributes): tf.Tensor => {
    const { normalised, inverse } = normalisedRows(isCentered, x, epsilon);
    const scaled = tf.mul(dy, gamma);
    const centered = isCentered ? tf.sub(scaled, tf.mean(scaled, -1, true)) : scaled;
    return tf.mul(inverse, tf.sub(centered, tf.mul(normalised, tf.mean(tf.mul(scaled, normalised), -1, true))));
  };

const inputGradient = (name: string, entry: string, isCentered: boolean) =>
  defineOp<Input, NormAttributes>({
    name,
    inputs: ['dy', 'x', 'gamma'],
    reference: reference(isCentered),
    kernels: {
      wasm: wasmBody<NormAttributes>(({ attributes: { epsilon }, input, pointer, output, run }) => {
        const { shape } = input('x');
        const { info, pointer: out } = output(shape, 'float32');
        const { rows, columns, parts } = rowsOf(shape);
        if (rows > 0) run(entry, parts, [pointer('dy'), pointer('x'), pointer('gamma'), out, rows, columns, epsilon]);
        return info;
      }, normalisationModule),
    },
  });

/** The gradient of layer normalisation by x. Its own gradient is that of the plain formula. */
export const layerNormInputGradient = /* @__PURE__ */ inputGradient('LayerNormInputGradient', 'layerNormInputGradient', true);

/** The gradient of root mean square normalisation by x. Its own gradient is that of the plain formula. */
export const rmsNormInputGradient = /* @__PURE__ */ inputGradient('RmsNormInputGradient', 'rmsNormInputGradient', false);
