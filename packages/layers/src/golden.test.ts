import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { flatten, formatShape, key, mapTreeWithNames, shapeOf, type Layer, type Tree } from '@kumiko/core';
import { expectTensor, type PackedTensor } from '@kumiko/testing';
import convRows from '../../../fixtures/layers/conv2d.json' with { type: 'json' };
import denseRows from '../../../fixtures/layers/dense.json' with { type: 'json' };
import poolRows from '../../../fixtures/layers/max-pool2d.json' with { type: 'json' };
import sequentialRows from '../../../fixtures/layers/sequential.json' with { type: 'json' };
import * as layers from './index.ts';
import { conv2d, dense, flattenFeatures, maxPool2d, relu, sequential } from './index.ts';

interface GoldenRow {
  readonly name: string;
  readonly options: object;
  readonly x: PackedTensor;
  readonly params: Readonly<Record<string, PackedTensor>>;
  readonly y: PackedTensor;
  readonly grads: Readonly<Record<string, PackedTensor>>;
}

/** Every layer that PyTorch has too, with its golden file. */
const goldens: Record<string, { make(options: never): Layer<tf.Tensor, tf.Tensor>; rows: readonly GoldenRow[] }> = {
  conv2d: { make: conv2d, rows: convRows.rows },
  dense: { make: dense, rows: denseRows.rows },
  maxPool2d: { make: maxPool2d, rows: poolRows.rows as unknown as GoldenRow[] },
  sequential: {
    make: () => sequential([conv2d({ filters: 3, kernelSize: 3, activation: relu }), maxPool2d(), flattenFeatures(), dense({ units: 4 })]),
    rows: sequentialRows.rows,
  },
};

/** Layers without a golden file, and where they are tested instead. */
const testedByHand = ['activation', 'dropoutLayer', 'flattenFeatures'];

function unpack({ shape, values }: PackedTensor): tf.Tensor {
  return tf.tensor([...values], [...shape]);
}

beforeAll(async () => {
  await selectBackend([cpu()]);
});

for (const [name, { make, rows }] of Object.entries(goldens)) {
  test.each(rows)(`${name} agrees with PyTorch: $name`, ({ options, x, params: packedParams, y, grads }) => {
    const layer = make(options as never);
    const { params, state, output } = layer.init(key(0), shapeOf(x.shape));
    expect(output).toEqual(shapeOf(y.shape));
    // The structure and the shapes are ours, the values PyTorch's.
    const packed = new Map(Object.entries(packedParams));
    const loaded = mapTreeWithNames<tf.Tensor, tf.Tensor>((leafName, leaf) => {
      const golden = packed.get(leafName) as PackedTensor;
      expect(`${leafName} ${formatShape(leaf.shape)}`).toBe(`${leafName} ${formatShape(golden.shape)}`);
      return unpack(golden);
    }, params as Tree);
    const named = flatten<tf.Tensor>(loaded);
    expect(named.map((leaf) => leaf.name).sort()).toEqual([...packed.keys()].sort());

    for (const training of [false, true]) {
      const [result, next] = layer.apply({ params: loaded, state }, unpack(x), { training });
      expectTensor(result, y);
      expect(next.state).toEqual(state);
    }

    const weights = tf.tensor(
      y.values.map((_, i) => Math.cos(i)),
      [...y.shape],
    );
    const wanted = ['x', ...named.map((leaf) => leaf.name)];
    const results = tf.grads((input: tf.Tensor, ...values: tf.Tensor[]) => {
      let next = 0;
      const params = mapTreeWithNames<tf.Tensor, tf.Tensor>(() => values[next++] as tf.Tensor, loaded);
      return tf.sum(tf.mul(weights, layer.apply({ params, state }, input, { training: true })[0]));
    })([unpack(x), ...named.map((leaf) => leaf.leaf)]);
    for (const [i, leafName] of wanted.entries()) expectTensor(results[i] as tf.Tensor, grads[leafName] as PackedTensor);
  });
}

test('every exported layer has a golden row or a test by hand', () => {
  const known = [...Object.keys(goldens), ...testedByHand];
  const exported = Object.entries(layers as Record<string, unknown>).flatMap(([name, value]) => (isLayerFactory(value) ? [name] : []));
  expect(exported.sort()).toEqual(known.sort());
});

/** Whether calling an export with options that suit every layer gives a layer. */
function isLayerFactory(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  for (const argument of [0.5, { units: 1, filters: 1, kernelSize: 1 }, [dense({ units: 1 })], relu]) {
    try {
      const layer: unknown = (value as (argument: unknown) => unknown)(argument);
      if (typeof (layer as Layer | undefined)?.apply === 'function' && 'init' in (layer as Layer)) return true;
    } catch {
      // Not with this argument.
    }
  }
  return false;
}
