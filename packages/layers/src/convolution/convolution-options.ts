import type { Activation } from '../activation.ts';
import type { Initializer } from '../initializers/initializer.ts';
import type { Padding } from '../padding.ts';

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}; `Size` is one number, or one for each axis. */
export interface ConvolutionOptions<Size> {
  /** Number of output channels, at least 1. */
  readonly filters: number;
  /** Size of the window, in positions. */
  readonly kernelSize: Size;
  /** Step of the window, in positions. Default: 1. */
  readonly strides?: Size;
  /** How the window meets the border. Default: `'valid'`. */
  readonly padding?: Padding;
  /** Distance between the positions that a window reads. Default: 1. Above 1 only with strides of 1. */
  readonly dilationRate?: Size;
  /** Into how many groups the channels fall, at least 1: each group of filters sees one group of channels. Default: 1. */
  readonly groups?: number;
  /** Applied to the result. Default: none. */
  readonly activation?: Activation;
  /** Whether to add a bias per output channel. Default: true. */
  readonly useBias?: boolean;
  /** First values of the kernel. Default: {@link glorotUniform}. */
  readonly kernelInitializer?: Initializer;
  /** First values of the bias. Default: {@link zeros}. */
  readonly biasInitializer?: Initializer;
  /** Name of the layer. Default: the name of its function. */
  readonly name?: string;
}
