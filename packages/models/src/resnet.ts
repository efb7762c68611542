import type { Tensor } from '@tensorflow/tfjs-core';
import { check, type Layer, type Variables } from '@kumiko/core';
import {
  dense,
  globalAveragePool,
  maxPool2d,
  named,
  relu,
  residual,
  sequential,
  varianceScaling,
  type Initializer,
  type Sequential,
} from '@kumiko/layers';
import { convNorm } from './internal/conv-norm.ts';
import { fromTorch } from './internal/from-torch.ts';

/** Options of {@link resnet18}, {@link resnet34} and {@link resnet50}. */
export interface ResnetSizeOptions {
  /** Number of outputs. Default: 1000. */
  readonly classes?: number;
  /**
   * What stands before the first stage: for ImageNet a 7 x 7 convolution and a maximum, each of stride 2; for CIFAR, whose images are
   * small, a 3 x 3 convolution. Default: `'imagenet'`.
   */
  readonly stem?: 'imagenet' | 'cifar';
  /** First values of the convolutions. Default: normal of variance `2 / fanOut`, as in torchvision. */
  readonly kernelInitializer?: Initializer;
  /** Name of the model. Default: the name of its function. */
  readonly name?: string;
}

/** Options of {@link resnet}. */
export interface ResnetOptions extends ResnetSizeOptions {
  /** Blocks of each stage; a stage has twice the channels of the one before and half the height and width. */
  readonly blocks: readonly number[];
  /** Whether a block goes through a quarter of its channels: 1 x 1, 3 x 3, 1 x 1 instead of 3 x 3, 3 x 3. Default: false. */
  readonly bottleneck?: boolean;
  /** Channels of the first stage's 3 x 3 convolutions. Default: 64. */
  readonly width?: number;
}

/** The channels out of a bottleneck for each inside. */
const EXPANSION = 4;

interface BlockOptions {
  readonly inputs: number;
  /** Channels of the 3 x 3 convolutions. */
  readonly width: number;
  readonly strides: number;
  readonly bottleneck: boolean;
  readonly kernelInitializer: Initializer;
}

/** Channels that a block gives. */
function outputsOf({ width, bottleneck }: Pick<BlockOptions, 'width' | 'bottleneck'>): number {
  return bottleneck ? EXPANSION * width : width;
}

/** A block; where the size changes, a 1 x 1 convolution changes the shortcut alike. A bottleneck strides in its 3 x 3 (ResNet v1.5). */
function block(options: BlockOptions): Layer<Tensor, Tensor> {
  const { inputs, width, strides, bottleneck, kernelInitializer } = options;
  const outputs = outputsOf(options);
  const body = bottleneck
    ? [
        convNorm({ name: 'conv1', filters: width, kernelSize: 1, activation: relu, kernelInitializer }),
        convNorm({ name: 'conv2', filters: width, kernelSize: 3, strides, activation: relu, kernelInitializer }),
        convNorm({ name: 'conv3', filters: outputs, kernelSize: 1, kernelInitializer }),
      ]
    : [
        convNorm({ name: 'conv1', filters: width, kernelSize: 3, strides, activation: relu, kernelInitializer }),
        convNorm({ name: 'conv2', filters: width, kernelSize: 3, kernelInitializer }),
      ];
  const shortcut = convNorm({ name: 'shortcut', filters: outputs, kernelSize: 1, strides, kernelInitializer });
  const changes = strides !== 1 || inputs !== outputs;
  return residual(sequential<Tensor, Tensor>(body), { activation: relu, ...(changes && { shortcut }) });
}

/**
 * A residual network: a stem, stages of blocks `relu(body(x) + x)`, the mean over all positions and a `dense` layer.
 *
 * Parameters: `stem`, `stage1/block1/body/conv1/conv/kernel` and so on, `head`. Convolutions have no bias; normalisations have torchvision's
 * momentum and epsilon.
 *
 * @param options `blocks` is required
 * @returns a layer of `[batch,height,width,3]` to logits `[batch,classes]`
 * @throws KumikoError when an option is out of range; `init` when the input's shape does not fit
 * @example
 * // For CIFAR-10, 8 layers.
 * const model = resnet({ blocks: [1, 1, 1], width: 16, classes: 10, stem: 'cifar' });
 * model.init(key(0), shapeOf([1, 32, 32, 3])).output; // shapeOf([1, 10])
 * @see He et al., "Deep residual learning for image recognition", CVPR 2016; torchvision.models.resnet
 */
export function resnet(options: ResnetOptions): Sequential {
  const { blocks, bottleneck = false, width = 64, classes = 1000, stem = 'imagenet', name = 'resnet' } = options;
  const { kernelInitializer = varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' }) } = options;
  check(
    blocks.length > 0 && blocks.every((count) => Number.isInteger(count) && count > 0),
    name,
    () => `expected at least one block in each stage, got [${blocks.join(',')}]. Pass for example [2, 2, 2, 2].`,
  );
  check(
    stem === 'imagenet' || stem === 'cifar',
    name,
    () => `expected stem 'imagenet' or 'cifar', got '${String(stem)}'. Choose one of them.`,
  );
  const large = stem === 'imagenet';
  const first = { name: 'stem', filters: width, kernelSize: large ? 7 : 3, strides: large ? 2 : 1, activation: relu, kernelInitializer };
  let inputs = width;
  const stages = blocks.map((count, stage) => {
    const inStage = Array.from({ length: count }, (_unused, i) => {
      const own = { inputs, width: width * 2 ** stage, strides: stage > 0 && i === 0 ? 2 : 1, bottleneck, kernelInitializer };
      inputs = outputsOf(own);
      return named(`block${i + 1}`, block(own));
    });
    return sequential(inStage, { name: `stage${stage + 1}` });
  });
  return sequential<Tensor, Tensor>(
    [
      convNorm(first),
      ...(large ? [maxPool2d({ poolSize: 3, strides: 2, padding: 1 })] : []),
      ...stages,
      globalAveragePool(),
      dense({ units: classes, name: 'head' }),
    ],
    { name },
  );
}

/**
 * {@link resnet} of 18 layers: 11,689,512 parameters for 1000 classes, 1.81 billion multiplications for an image of 224 x 224.
 *
 * @param options all optional
 * @example
 * resnet18({ classes: 10, stem: 'cifar' }).name; // 'resnet18'
 * @see He et al., CVPR 2016; torchvision.models.resnet18
 */
export function resnet18(options: ResnetSizeOptions = {}): Sequential {
  return resnet({ name: 'resnet18', ...options, blocks: [2, 2, 2, 2] });
}

/**
 * {@link resnet} of 34 layers: 21,797,672 parameters for 1000 classes, 3.66 billion multiplications for an image of 224 x 224.
 *
 * @param options all optional
 * @example
 * resnet34({ classes: 10, stem: 'cifar' }).name; // 'resnet34'
 * @see He et al., CVPR 2016; torchvision.models.resnet34
 */
export function resnet34(options: ResnetSizeOptions = {}): Sequential {
  return resnet({ name: 'resnet34', ...options, blocks: [3, 4, 6, 3] });
}

/**
 * {@link resnet} of 50 layers with bottlenecks: 25,557,032 parameters for 1000 classes, 4.09 billion multiplications for an image of
 * 224 x 224. Strides stand in the 3 x 3 convolutions (v1.5), as in torchvision.
 *
 * @param options all optional
 * @example
 * resnet50({ classes: 10, stem: 'cifar' }).name; // 'resnet50'
 * @see He et al., CVPR 2016; torchvision.models.resnet50
 */
export function resnet50(options: ResnetSizeOptions = {}): Sequential {
  return resnet({ name: 'resnet50', ...options, blocks: [3, 4, 6, 3], bottleneck: true });
}

/** torchvision's module of ours: `stage1/block2/body/conv1/norm` is `layer1.1.bn1`. */
function moduleOf(path: string): string {
  return path
    .replace(/^stem\/conv$/, 'conv1')
    .replace(/^stem\/norm$/, 'bn1')
    .replace(/^head$/, 'fc')
    .replace(/^stage(\d+)\/block(\d+)\//, (_all, stage: string, position: string) => `layer${stage}.${Number(position) - 1}.`)
    .replace(/body\/conv(\d)\/conv$/, 'conv$1')
    .replace(/body\/conv(\d)\/norm$/, 'bn$1')
    .replace(/shortcut\/conv$/, 'downsample.0')
    .replace(/shortcut\/norm$/, 'downsample.1');
}

/**
 * The variables of a {@link resnet} with the values of torchvision's state dict: `layer1.0.conv1.weight` and so on.
 *
 * @param variables of the model, which say names and shapes; they stay as they are
 * @param tensors under torchvision's names, for example from a safetensors file
 * @returns new tensors
 * @throws KumikoError when a tensor is missing or has another size
 * @example
 * const model = resnet18();
 * // const tensors = await readSafetensors(bytes);
 * // const variables = resnetFromTorch(model.init(key(0), shapeOf([1, 224, 224, 3])), tensors);
 * @see torchvision.models.resnet
 */
export function resnetFromTorch(variables: Variables, tensors: Readonly<Record<string, Tensor>>): Variables {
  return fromTorch('resnetFromTorch', variables, tensors, moduleOf);
}
