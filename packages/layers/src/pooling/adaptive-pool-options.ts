/** Options of {@link adaptiveAveragePool} and {@link adaptiveMaxPool}. */
export interface AdaptivePoolOptions {
  /** Positions of the output along each axis between the batch and the channels, at least 1 each; one to three axes. */
  readonly outputSize: readonly number[];
  /** Name of the layer. Default: the name of its function. */
  readonly name?: string;
}
