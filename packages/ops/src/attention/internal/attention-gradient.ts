import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { wasmBody } from '../../internal/wasm-body.ts';
import { attentionModule, attentionSizes, type AttentionInfos } from './attention-module.ts';
import { attentionWeights, type AttentionAttributes } from './attention-reference.ts';

type Names = 'query' | 'key' | 'value' | 'bias' | 'dy';

/** The gradients by query, key and value, in this order, one behind the other. */
const packedGradients = /* @__PURE__ */ defineOp<Names, AttentionAttributes>({
  name: 'AttentionGradient',
  inputs: ['query', 'key', 'value', 'bias', 'dy'],
  reference(inputs, attributes) {
    const { query, key, value } = inputs;
    const [batch, groups] = key.shape as [number, number];
    const rows = (tensor: tf.Tensor): tf.Tensor => tf.reshape(tensor, [batch, groups, -1, tensor.shape.at(-1) as number]);
    // Whatever the result does not depend on would have no gradient: a scalar bias must matter.
    const bias = tf.add(inputs.bias, tf.zeros([key.shape[2] as number]));
    const { weights, scores } = scoreGradients({ ...inputs, bias }, attributes);
    const dValue = tf.matMul(rows(weights), rows(inputs.dy), true, false);
    const scaled = rows(tf.mul(scores, attributes.scale));
    const [dQuery, dKey] = [tf.matMul(scaled, key), tf.matMul(scaled, rows(query), true, false)];
    const flat = [tf.reshape(dQuery, query.shape), dKey, tf.reshape(dValue, value.shape)].map((tensor) => tf.reshape(tensor, [-1]));
    return tf.concat(flat);
  },
  kernels: {
    wasm: /* @__PURE__ */ wasmBody<AttentionAttributes>(({ attributes, input, pointer, output, run, withScratch }) => {
      const infos = { query: input('query'), key: input('key'), value: input('value'), bias: input('bias') } as AttentionInfos;
      const { batch, heads, groups, queries, keys, size, valueSize, biasStrides, gradientScratch } = attentionSizes(infos);
      const [ofQuery, ofKey] = [batch * heads * queries * size, batch * groups * keys * size];
      const { info, pointer: out } = output([ofQuery + ofKey + batch * groups * keys * valueSize], 'float32');
      const tasks = batch * groups;
      withScratch(tasks * gradientScratch, (scratch) =>
        run('attentionBackward', tasks, [
          ...[pointer('query'), pointer('key'), pointer('value'), infos.bias.shape.length === 0 ? 0 : pointer('bias'), pointer('dy')],
          ...[out, out + 4 * ofQuery, out + 4 * (ofQuery + ofKey), scratch, heads, heads / groups, queries, keys, size, valueSize],
          ...[Number(attributes.causal), attributes.scale, ...biasStrides],
        ]),
      );
      return info;
    }, attentionModule),
  },
});

/** The weights, and the gradient of the scores before they are scaled, `[batch,heads,queries,keys]` each. */
function scoreGradients(inputs: Record<Names, tf.Tensor>, attributes: AttentionAttributes): { weights: tf.Tensor; scores: tf.Tensor } {
  const { query, key, value, dy } = inputs;
  const [batch, heads, queries] = query.shape as [number, number, number];
  const [, groups, keys] = key.shape as [number, number, number];
  const weights = attentionWeights(inputs, attributes);
  const rows = tf.reshape(dy, [batch, groups, (heads / groups) * queries, value.shape[3] as number]);
  const gradients = tf.reshape(tf.matMul(rows, value, false, true), [batch, heads, queries, keys]);
  const mean = tf.sum(tf.mul(weights, gradients), -1, true);
  return { weights, scores: tf.mul(weights, tf.sub(gradients, mean)) };
}

/** The gradient of attention: the scores are computed once more, instead of being kept from the way there. */
export function attentionGradient(
  dy: tf.Tensor,
  inputs: Record<'query' | 'key' | 'value' | 'bias', tf.Tensor>,
  attributes: AttentionAttributes,
): Record<'query' | 'key' | 'value' | 'bias', () => tf.Tensor> {
  const { query, key, value, bias } = inputs;
  const packed = packedGradients({ ...inputs, dy }, attributes);
  const part = (start: number, of: tf.Tensor) => (): tf.Tensor => tf.reshape(tf.slice(packed, start, of.size), of.shape);
  return {
    query: part(0, query),
    key: part(query.size, key),
    value: part(query.size + key.size, value),
    bias: () => sumTo(scoreGradients({ ...inputs, dy }, attributes).scores, bias.shape),
  };
}

/** The sum over the axes along which a shape was broadcast. */
function sumTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const missing = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((size, axis) => (axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : []));
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}
