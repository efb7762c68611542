import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu, selectBackend, trackLeaks } from '@kumiko/backend';
import { key, leaves, shapeOf, type Layer, type Tree, type Variables } from '@kumiko/core';
import { summaryRows, zeros } from '@kumiko/layers';
import { expectTensor, onEveryBackend, type PackedTensor } from '@kumiko/testing';
import mobilenetGolden from '../../../fixtures/models/mobilenet-v2.json' with { type: 'json' };
import bottleneckGolden from '../../../fixtures/models/resnet-bottleneck.json' with { type: 'json' };
import resnet18Golden from '../../../fixtures/models/resnet18.json' with { type: 'json' };
import unetGolden from '../../../fixtures/models/unet.json' with { type: 'json' };
import { fromTorch } from './internal/from-torch.ts';
import { lenet } from './lenet.ts';
import { mobilenetV2, mobilenetV2FromTorch } from './mobilenet-v2.ts';
import { resnet, resnet18, resnet34, resnet50, resnetFromTorch } from './resnet.ts';
import { tutorialCnn } from './tutorial-cnn.ts';
import { unet } from './unet.ts';
import { visionImages, visionWeights } from './vision-weights.fixture.ts';

type Image = Layer<tf.Tensor, tf.Tensor>;

interface Golden {
  readonly tensors: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly x: readonly number[];
  readonly y: PackedTensor;
}

/** The names of the transcription in fixtures/models_vision.py. */
function unetFromTorch(variables: Variables, tensors: Readonly<Record<string, tf.Tensor>>): Variables {
  return fromTorch('unet', variables, tensors, (path) => {
    const depth = path.split('below/').length - 1;
    const own = path
      .replace('level/', '')
      .replaceAll('below/', '')
      .replace(/^below/, '');
    const [part = '', conv = '', kind = ''] = own.split('/');
    if (part === 'head') return 'head';
    if (part === 'expand') return `expand.${depth}`;
    const place = 3 * (Number(conv.at(-1)) - 1) + (kind === 'norm' ? 1 : 0);
    return part === 'contract' || part === 'join'
      ? `${part}.${depth}.${place}`
      : `bottom.${3 * (Number(part.at(-1)) - 1) + (conv === 'norm' ? 1 : 0)}`;
  });
}

interface ModelRow {
  readonly name: string;
  make(): Image;
  load(variables: Variables, tensors: Readonly<Record<string, tf.Tensor>>): Variables;
  readonly golden: unknown;
  /** Where tfjs' cpu backend would take seconds. */
  readonly wasmOnly?: boolean;
}

const rows: readonly ModelRow[] = [
  {
    name: 'resnet18',
    make: () => resnet18({ classes: 100, kernelInitializer: zeros }),
    load: resnetFromTorch,
    golden: resnet18Golden,
    wasmOnly: true,
  },
  {
    name: 'resnet with bottlenecks and the stem for small images',
    make: () => resnet({ blocks: [1, 2], bottleneck: true, width: 4, classes: 5, stem: 'cifar' }),
    load: resnetFromTorch,
    golden: bottleneckGolden,
  },
  {
    name: 'mobilenetV2',
    make: () => mobilenetV2({ classes: 20, widthMultiplier: 0.25 }),
    load: mobilenetV2FromTorch,
    golden: mobilenetGolden,
  },
  { name: 'unet', make: () => unet({ classes: 3, width: 4, depth: 2 }), load: unetFromTorch, golden: unetGolden },
];

onEveryBackend((backendName) => {
  test.each(rows.filter(({ wasmOnly }) => !wasmOnly || backendName === 'wasm'))(
    '$name agrees with PyTorch',
    async ({ make, load, golden }) => {
      const { tensors, x, y } = golden as Golden;
      const model = make();
      const made = model.init(key(0), shapeOf(x));
      expect(made.output).toEqual(shapeOf(y.shape));
      const weights = visionWeights(tensors);
      const variables = (await trackLeaks(() => load(made, weights) as unknown as Tree)) as unknown as Variables;
      expect(leaves([variables.params, variables.state])).toHaveLength(tensors.length);
      const result = await trackLeaks(() => tf.tidy(() => model.apply(variables, visionImages(x), { training: false })[0]));
      expectTensor(result, y, { absolute: 2e-5, relative: 2e-5 });
      tf.dispose([made.params, made.state, variables.params, variables.state] as never);
    },
  );
});

describe('sizes', () => {
  beforeAll(async () => {
    await selectBackend([cpu()]);
  });

  const zero = { kernelInitializer: zeros };
  /** Parameters as published, and multiplications for an image in billions as torchvision's table of weights has them. */
  test.each<[string, () => Image, number[], number, number?]>([
    ['resnet18', () => resnet18(zero), [224, 224, 3], 11_689_512, 1.814],
    ['resnet34', () => resnet34(zero), [224, 224, 3], 21_797_672, 3.664],
    ['resnet50', () => resnet50(zero), [224, 224, 3], 25_557_032, 4.089],
    ['mobilenetV2', () => mobilenetV2(zero), [224, 224, 3], 3_504_872, 0.301],
    ['unet', () => unet(zero), [64, 64, 3], 31_037_698],
    ['lenet', () => lenet(), [28, 28, 1], 61_706],
    ['tutorialCnn', () => tutorialCnn(), [32, 32, 3], 122_570],
  ])('%s: parameters and multiplications are the published ones', (_name, make, image, parameters, billions) => {
    const before = tf.memory().numTensors;
    const counted = summaryRows(make(), shapeOf([1, ...image]));
    expect(counted.reduce((sum, { params }) => sum + params, 0)).toBe(parameters);
    if (billions !== undefined) expect(counted.reduce((sum, { flops }) => sum + flops, 0) / 2e9).toBeCloseTo(billions, 3);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('widths round to multiples of 8, and not by more than a tenth downwards', () => {
    const channels = (widthMultiplier: number): number[] =>
      summaryRows(mobilenetV2({ widthMultiplier, ...zero }), shapeOf([1, 32, 32, 3]))
        .filter(({ name }) => name.endsWith('project/conv') || name === 'last/conv')
        .map(({ output }) => (output as { shape: readonly number[] }).shape[3] as number);
    // 16, 24, 32, 64, 96, 160, 320 times 0.35: 5.6, 8.4, 11.2, 22.4, 33.6, 56, 112; 11.2 to 8 would lose more than a tenth.
    expect([...new Set(channels(0.35))]).toEqual([8, 16, 24, 32, 56, 112, 1280]);
    expect(channels(1.4).at(-1)).toBe(1792);
  });
});

test('say what is wrong', () => {
  expect(() => resnet({ blocks: [] })).toThrow('resnet: expected at least one block in each stage, got []. ');
  expect(() => resnet18({ stem: 'mnist' as 'cifar' })).toThrow("resnet18: expected stem 'imagenet' or 'cifar', got 'mnist'. ");
  expect(() => mobilenetV2({ widthMultiplier: 0 })).toThrow('mobilenetV2: expected widthMultiplier > 0, got 0. ');
  expect(() => unet({ depth: 0 })).toThrow('unet: expected depth to be a whole number of at least 1, got 0. ');
  expect(() => unet({ width: 2, depth: 2 }).init(key(0), shapeOf([1, 8, 6, 1]))).toThrow(
    'unet: expected height and width in multiples of 2, got [1,4,3,4] at a level. ',
  );
  const model = resnet({ blocks: [1], width: 2, classes: 2, stem: 'cifar' });
  const variables = model.init(key(0), shapeOf([1, 8, 8, 3]));
  expect(() => resnetFromTorch(variables, {})).toThrow(
    "resnetFromTorch: expected a tensor 'conv1.weight' of 54 values for 'stem/conv/kernel' [3,3,3,2], got none. ",
  );
});

test('train: a step moves the running statistics, and the gradients reach every parameter', () => {
  const model = resnet({ blocks: [1, 1], width: 2, classes: 2, stem: 'cifar' });
  const { params, state } = model.init(key(0), shapeOf([4, 8, 8, 3]));
  const x = visionImages([4, 8, 8, 3]);
  const values = leaves<tf.Tensor>(params);
  const gradients = tf.grads((...all: tf.Tensor[]) => {
    let next = 0;
    const place = (tree: Tree): Tree =>
      tree instanceof tf.Tensor
        ? (all[next++] as tf.Tensor)
        : Object.fromEntries(Object.entries(tree).map(([name, one]) => [name, place(one as Tree)]));
    return tf.sum(tf.square(model.apply({ params: place(params), state }, x, { training: true })[0]));
  })(values);
  for (const [i, gradient] of gradients.entries()) expect(gradient.shape).toEqual(values[i]?.shape);
  expect(gradients.filter((gradient) => tf.max(tf.abs(gradient)).dataSync()[0] === 0)).toEqual([]);
  const [, next] = model.apply({ params, state }, x, { training: true });
  const moved = leaves<tf.Tensor>(next.state).map(
    (leaf, i) => tf.max(tf.abs(tf.sub(leaf, leaves<tf.Tensor>(state)[i] as tf.Tensor))).dataSync()[0] as number,
  );
  expect(Math.min(...moved)).toBeGreaterThan(0);
});
