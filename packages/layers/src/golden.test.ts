import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Layer } from '@kumiko/core';
import activations from '../../../fixtures/layers/activations.json' with { type: 'json' };
import convolution from '../../../fixtures/layers/convolution.json' with { type: 'json' };
import normalisation from '../../../fixtures/layers/normalisation.json' with { type: 'json' };
import pooling from '../../../fixtures/layers/pooling.json' with { type: 'json' };
import { goldenRows } from './golden-rows.fixture.ts';
import * as layers from './index.ts';

const {
  conv2d,
  dense,
  flattenFeatures,
  glu,
  maxPool2d,
  parallel,
  relu,
  residual,
  sequential,
  shared,
  silu,
  spectralNorm,
  tanh,
  weightNorm,
} = layers;

const rows = [...activations.rows, ...convolution.rows, ...normalisation.rows, ...pooling.rows];

/** Layers whose options JSON cannot hold. */
const made: Record<string, () => Layer<Tensor, Tensor>> = {
  'glu as swiglu': () => glu({ activation: silu }),
  parallel: () => parallel([dense({ units: 2 }), dense({ units: 4 })]),
  residual: () => residual(dense({ units: 4 }), { shortcut: dense({ units: 4 }), activation: relu }),
  sequential: () =>
    sequential([conv2d({ filters: 3, kernelSize: 3, activation: relu }), maxPool2d(), flattenFeatures(), dense({ units: 4 })]),
  'sequential of shared'() {
    const block = shared('block', dense({ units: 3, activation: tanh }));
    return sequential([block, block, block]);
  },
  spectralNorm: () => spectralNorm(dense({ units: 3 })),
  weightNorm: () => weightNorm(dense({ units: 2 })),
  'weightNorm of conv2d': () => weightNorm(conv2d({ filters: 3, kernelSize: 2 })),
};

/** Layers without a golden row, and where they are tested instead: beside their source. */
const testedByHand = [
  'activation',
  'dropoutLayer',
  'flattenFeatures',
  'frozen',
  'named',
  'repeat',
  'shared',
  'spatialDropout',
  'stochasticDepth',
];

/** Layers of sequences, in recurrent.test.ts. */
const testedAsRecurrent = ['bidirectional', 'gru', 'lstm', 'masking', 'simpleRnn'];

/** Layers of transformers, in transformer.golden.test.ts and lora.test.ts. */
const testedAsTransformers = ['embedding', 'lora', 'multiHeadAttention', 'positionalEmbedding', 'positionalEncoding', 'transformerBlock'];

function make(name: string, options: object): Layer<Tensor, Tensor> {
  const factory = made[name] ?? (layers as unknown as Record<string, (options: object) => Layer<Tensor, Tensor>>)[name];
  if (!factory) throw new Error(`expected an export or a row of 'made' with the name ${name}`);
  return factory(options);
}

goldenRows(rows, make);

test('every exported layer has a golden row or a test by hand', () => {
  const known = new Set([...rows.map((row) => row.layer), ...testedByHand, ...testedAsRecurrent, ...testedAsTransformers]);
  const exported = Object.entries(layers as Record<string, unknown>).flatMap(([name, value]) => (isLayerFactory(value) ? [name] : []));
  expect(exported.length).toBeGreaterThan(30);
  expect(exported.filter((name) => !known.has(name))).toEqual([]);
});

/** Arguments of which each layer takes one. */
const suiting: readonly unknown[] = [
  0.5,
  { units: 1, filters: 1, kernelSize: 1, groups: 1, outputSize: [1, 1], factor: 2 },
  [dense({ units: 1 })],
  relu,
];

/** Whether calling an export with an argument that suits every layer gives a layer. */
function isLayerFactory(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  return suiting.some((argument) => {
    try {
      const layer: unknown = (value as (argument: unknown) => unknown)(argument);
      return typeof (layer as Layer | undefined)?.apply === 'function' && 'init' in (layer as Layer);
    } catch {
      return false; // Not with this argument.
    }
  });
}
