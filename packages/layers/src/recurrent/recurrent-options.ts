import type { Initializer } from '../initializers/initializer.ts';

/**
 * Options of {@link lstm}, {@link gru} and {@link simpleRnn}.
 *
 * @see Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks", NeurIPS 2016 (both dropouts)
 */
export interface RecurrentOptions {
  /** Size of the hidden state, at least 1. */
  readonly units: number;
  /** Whether to give the hidden state of every step instead of the last. Default: false. PyTorch always gives all. */
  readonly returnSequences?: boolean;
  /** Whether to go from the last step to the first; each result still stands at its own step. Default: false. */
  readonly goBackwards?: boolean;
  /** Share of the input's features that training drops, in [0, 1): for a sequence the same ones at every step. Default: 0. */
  readonly dropout?: number;
  /** Share of the hidden state that training hides from the recurrent product, in [0, 1): the same units at every step. Default: 0. */
  readonly recurrentDropout?: number;
  /** Whether to add a bias. Default: true. */
  readonly useBias?: boolean;
  /** First values of the kernel. Default: {@link glorotUniform}. */
  readonly kernelInitializer?: Initializer;
  /** First values of the recurrent kernel. Default: {@link orthogonal}. */
  readonly recurrentInitializer?: Initializer;
  /** First values of the bias. Default: {@link zeros}. */
  readonly biasInitializer?: Initializer;
  /** Name of the layer. Default: the name of its function. */
  readonly name?: string;
}
