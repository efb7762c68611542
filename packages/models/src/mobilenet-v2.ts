import type { Tensor } from '@tensorflow/tfjs-core';
import { check, type Layer, type Variables } from '@kumiko/core';
import {
  dense,
  dropoutLayer,
  globalAveragePool,
  named,
  relu6,
  residual,
  sequential,
  varianceScaling,
  type Initializer,
  type Sequential,
} from '@kumiko/layers';
import { convNorm } from './internal/conv-norm.ts';
import { fromTorch } from './internal/from-torch.ts';

/** Options of {@link mobilenetV2}. */
export interface MobilenetV2Options {
  /** Number of outputs. Default: 1000. */
  readonly classes?: number;
  /** Factor of all channels, above 0; they are rounded to multiples of 8. Default: 1. */
  readonly widthMultiplier?: number;
  /** Share of the features that training drops before the last layer, in [0, 1). Default: 0.2. */
  readonly dropoutRate?: number;
  /** First values of the convolutions. Default: normal of variance `2 / fanOut`, as in torchvision. */
  readonly kernelInitializer?: Initializer;
  /** Name of the model. Default: `'mobilenetV2'`. */
  readonly name?: string;
}

/** Expansion, channels, repetitions and strides of the first of them: table 2 of the paper. */
const STAGES: readonly (readonly [expansion: number, channels: number, count: number, strides: number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];
const STEM_CHANNELS = 32;
const LAST_CHANNELS = 1280;

/** The nearest multiple of 8, at least 8 and no more than a tenth below. */
function toMultipleOf8(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/** Widens, convolves each channel on its own, and narrows again without an activation; a way around where the size stays. */
function invertedResidual(
  inputs: number,
  outputs: number,
  { expansion, strides, kernelInitializer }: { expansion: number; strides: number; kernelInitializer: Initializer },
): Layer<Tensor, Tensor> {
  const body = sequential<Tensor, Tensor>([
    ...(expansion === 1
      ? []
      : [convNorm({ name: 'expand', filters: expansion * inputs, kernelSize: 1, activation: relu6, kernelInitializer })]),
    convNorm({ name: 'depthwise', kernelSize: 3, strides, activation: relu6, kernelInitializer }),
    convNorm({ name: 'project', filters: outputs, kernelSize: 1, kernelInitializer }),
  ]);
  return strides === 1 && inputs === outputs ? residual(body) : body;
}

/**
 * MobileNetV2: inverted residual blocks, made of 1 x 1 and depthwise convolutions. 3,504,872 parameters for 1000 classes, 0.30 billion
 * multiplications for an image of 224 x 224.
 *
 * Parameters: `stem`, `block1` to `block17` (each `expand`, `depthwise` and `project`, under `body` where the block has a way around),
 * `last`, `head`.
 *
 * @param options all optional
 * @returns a layer of `[batch,height,width,3]` to logits `[batch,classes]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * const model = mobilenetV2({ widthMultiplier: 0.35, classes: 10 });
 * model.init(key(0), shapeOf([1, 96, 96, 3])).output; // shapeOf([1, 10])
 * @see Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018; torchvision.models.mobilenet_v2
 */
export function mobilenetV2(options: MobilenetV2Options = {}): Sequential {
  const { classes = 1000, widthMultiplier = 1, dropoutRate = 0.2, name = 'mobilenetV2' } = options;
  const { kernelInitializer = varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' }) } = options;
  check(
    widthMultiplier > 0 && Number.isFinite(widthMultiplier),
    name,
    () => `expected widthMultiplier > 0, got ${widthMultiplier}. Pass for example 0.5.`,
  );
  const stem = toMultipleOf8(STEM_CHANNELS * widthMultiplier);
  let inputs = stem;
  const blocks = STAGES.flatMap(([expansion, channels, count, strides]) =>
    Array.from({ length: count }, (_unused, i) => {
      const outputs = toMultipleOf8(channels * widthMultiplier);
      const block = invertedResidual(inputs, outputs, { expansion, strides: i === 0 ? strides : 1, kernelInitializer });
      inputs = outputs;
      return block;
    }),
  );
  const last = toMultipleOf8(LAST_CHANNELS * Math.max(1, widthMultiplier));
  return sequential<Tensor, Tensor>(
    [
      convNorm({ name: 'stem', filters: stem, kernelSize: 3, strides: 2, activation: relu6, kernelInitializer }),
      ...blocks.map((block, i) => named(`block${i + 1}`, block)),
      convNorm({ name: 'last', filters: last, kernelSize: 1, activation: relu6, kernelInitializer }),
      globalAveragePool(),
      dropoutLayer(dropoutRate),
      dense({ units: classes, name: 'head' }),
    ],
    { name },
  );
}

/** torchvision's modules within a block; the first block has no `expand`. */
const parts: Readonly<Record<string, readonly [first: string, others: string]>> = {
  'expand/conv': ['', 'conv.0.0'],
  'expand/norm': ['', 'conv.0.1'],
  'depthwise/conv': ['conv.0.0', 'conv.1.0'],
  'depthwise/norm': ['conv.0.1', 'conv.1.1'],
  'project/conv': ['conv.1', 'conv.2'],
  'project/norm': ['conv.2', 'conv.3'],
};

/** torchvision's module of ours: `block2/expand/norm` is `features.2.conv.0.1`. */
function moduleOf(path: string): string {
  const [, position, part = ''] = /^block(\d+)\/(?:body\/)?(.*)$/.exec(path) ?? [];
  if (position !== undefined) return `features.${position}.${parts[part]?.[position === '1' ? 0 : 1] ?? ''}`;
  return path
    .replace(/^stem\/conv$/, 'features.0.0')
    .replace(/^stem\/norm$/, 'features.0.1')
    .replace(/^last\/conv$/, 'features.18.0')
    .replace(/^last\/norm$/, 'features.18.1')
    .replace(/^head$/, 'classifier.1');
}

/**
 * The variables of a {@link mobilenetV2} with the values of torchvision's state dict: `features.0.0.weight` and so on.
 *
 * @param variables of the model, which say names and shapes; they stay as they are
 * @param tensors under torchvision's names, for example from a safetensors file
 * @returns new tensors
 * @throws KumikoError when a tensor is missing or has another size
 * @example
 * const model = mobilenetV2();
 * // const tensors = await readSafetensors(bytes);
 * // const variables = mobilenetV2FromTorch(model.init(key(0), shapeOf([1, 224, 224, 3])), tensors);
 * @see torchvision.models.mobilenet_v2
 */
export function mobilenetV2FromTorch(variables: Variables, tensors: Readonly<Record<string, Tensor>>): Variables {
  return fromTorch('mobilenetV2FromTorch', variables, tensors, moduleOf);
}
