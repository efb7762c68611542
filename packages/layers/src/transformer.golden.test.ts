import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { flatten, formatShape, key, mapTreeWithNames, shapeOf, type Layer, type ShapeTree, type Tree } from '@kumiko/core';
import { expectTensor, onEveryBackend, type PackedTensor, type Tolerance } from '@kumiko/testing';
import attentionRows from '../../../fixtures/layers/multi-head-attention.json' with { type: 'json' };
import embeddingRows from '../../../fixtures/layers/embedding.json' with { type: 'json' };
import blockRows from '../../../fixtures/layers/transformer-block.json' with { type: 'json' };
import positionRows from '../../../fixtures/layers/positions.json' with { type: 'json' };
import { embedding } from './embedding.ts';
import { gelu, geluTanh } from './activations/gelu.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { positionalEmbedding } from './positional-embedding.ts';
import { positionalEncoding } from './positional-encoding.ts';
import { rotaryEmbedding, type RotaryEmbeddingOptions } from './rotary-embedding.ts';
import { transformerBlock, type TransformerBlockOptions } from './transformer-block.ts';

type PackedInput = PackedTensor & { readonly dtype: 'float32' | 'int32' | 'bool' };

interface GoldenRow {
  readonly name: string;
  readonly options: object;
  /** One called `x` alone is the layer's input itself. */
  readonly inputs: Readonly<Record<string, PackedInput>>;
  readonly params: Readonly<Record<string, PackedInput>>;
  readonly y: PackedInput;
  readonly grads: Readonly<Record<string, PackedInput>>;
}

/** Rotary embedding has no layer of its own. */
function rotaryLayer(options: RotaryEmbeddingOptions): Layer<tf.Tensor, tf.Tensor> {
  return {
    name: 'rotary',
    init: (_key, output) => ({ params: {}, state: {}, output }),
    apply: ({ state }, x) => [rotaryEmbedding(x, options), { state }],
  };
}

const goldens: Record<string, { make(options: never): object; rows: unknown; tolerance?: Tolerance }> = {
  embedding: { make: embedding, rows: embeddingRows.rows },
  multiHeadAttention: { make: multiHeadAttention, rows: attentionRows.rows },
  positionalEmbedding: { make: positionalEmbedding, rows: positionRows.embedding },
  positionalEncoding: { make: positionalEncoding, rows: positionRows.encoding },
  rotaryEmbedding: { make: rotaryLayer, rows: positionRows.rotary },
  transformerBlock: {
    make: ({ gelu: kind, ...options }: TransformerBlockOptions & { gelu: string }) =>
      transformerBlock({ ...options, activation: kind === 'tanh' ? geluTanh : gelu }),
    rows: blockRows.rows,
    // Gradients here are sums over several hundred products.
    tolerance: { absolute: 1e-5, relative: 1e-5 },
  },
};

function unpack({ shape, dtype, values }: PackedInput): tf.Tensor {
  return tf.tensor([...values], [...shape], dtype);
}

/** A record's tensors as a layer's input. */
function inputOf<T>(named: Readonly<Record<string, T>>): T | Readonly<Record<string, T>> {
  const { x, ...others } = named;
  return x !== undefined && Object.keys(others).length === 0 ? x : named;
}

onEveryBackend(() => {
  for (const [name, { make, rows, tolerance }] of Object.entries(goldens)) {
    test.each(rows as readonly GoldenRow[])(`${name} agrees with PyTorch: $name`, ({ options, inputs, params: packed, y, grads }) => {
      const layer = make(options as never) as Layer;
      const shapes = Object.entries(inputs).map(([input, { shape, dtype }]) => [input, shapeOf(shape, dtype)]);
      const { params, state, output } = layer.init(key(0), inputOf(Object.fromEntries(shapes)) as ShapeTree);
      expect(output).toEqual(shapeOf(y.shape));
      // The structure and the shapes are ours, the values PyTorch's.
      const loaded = mapTreeWithNames<tf.Tensor, tf.Tensor>((leafName, leaf) => {
        const golden = packed[leafName] as PackedInput;
        expect(`${leafName} ${formatShape(leaf.shape)}`).toBe(`${leafName} ${formatShape(golden.shape)}`);
        return unpack(golden);
      }, params);
      const named = flatten<tf.Tensor>(loaded);
      expect(named.map((leaf) => leaf.name).sort()).toEqual(Object.keys(packed).sort());

      const given = Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, unpack(value)]));
      const [result, next] = layer.apply({ params: loaded, state }, inputOf(given) as Tree, { training: false });
      expectTensor(result as tf.Tensor, y, tolerance);
      expect(next.state).toEqual(state);

      const weights = tf.tensor(
        y.values.map((_, i) => Math.cos(i)),
        [...y.shape],
      );
      const floats = Object.entries(given).filter(([, value]) => value.dtype === 'float32');
      const wanted = [...floats.map(([input]) => input), ...named.map((leaf) => leaf.name)];
      const results = tf.grads((...values: tf.Tensor[]) => {
        const changed = { ...given, ...Object.fromEntries(floats.map(([input], i) => [input, values[i] as tf.Tensor])) };
        let at = floats.length;
        const variables = { params: mapTreeWithNames<tf.Tensor, tf.Tensor>(() => values[at++] as tf.Tensor, loaded), state };
        return tf.sum(tf.mul(weights, layer.apply(variables, inputOf(changed) as Tree, { training: true })[0] as tf.Tensor));
      })([...floats.map(([, value]) => value), ...named.map((leaf) => leaf.leaf)]);
      expect(wanted.sort()).toEqual(Object.keys(grads).sort());
      for (const [i, leafName] of [...floats.map(([input]) => input), ...named.map((leaf) => leaf.name)].entries()) {
        expectTensor(results[i] as tf.Tensor, grads[leafName] as PackedTensor, tolerance);
      }
    });
  }
});
