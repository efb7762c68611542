import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { wasmBody } from '../../internal/wasm-body.ts';
import type { NormAttributes } from './norm-attributes.ts';
import { normalisationModule, rowsOf } from './normalisation-module.ts';
import { normalisedRows } from './normalised-rows.ts';
import { sumOfRows } from './sum-of-rows.ts';

type Input = 'dy' | 'x';

/** The sum of `dy n` over all rows. */
const reference =
  (isCentered: boolean) =>
  ({ dy, x }: Record<Input, tf.Tensor>, { epsilon }: NormAttributes): tf.Tensor =>
    sumOfRows(tf.mul(dy, normalisedRows(isCentered, x, epsilon).normalised));

const scaleGradient = (name: string, entry: string, isCentered: boolean) =>
  defineOp<Input, NormAttributes>({
    name,
    inputs: ['dy', 'x'],
    reference: reference(isCentered),
    kernels: {
      wasm: wasmBody<NormAttributes>(({ attributes: { epsilon }, input, pointer, output, run, withScratch }) => {
        const { rows, columns, parts } = rowsOf(input('x').shape);
        const { info, pointer: out } = output([columns], 'float32');
        withScratch(4 * Math.max(1, parts * columns), (partials) => {
          run(entry, parts, [pointer('dy'), pointer('x'), partials, rows, columns, epsilon]);
          run('sumPartialRows', 1, [partials, parts, columns, out]);
        });
        return info;
      }, normalisationModule),
    },
  });

/** The gradient of layer normalisation by gamma. */
export const layerNormScaleGradient = /* @__PURE__ */ scaleGradient('LayerNormScaleGradient', 'layerNormScaleGradient', true);

/** The gradient of root mean square normalisation by gamma. */
export const rmsNormScaleGradient = /* @__PURE__ */ scaleGradient('RmsNormScaleGradient', 'rmsNormScaleGradient', false);
