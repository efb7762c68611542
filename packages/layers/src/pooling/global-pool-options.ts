/** Options of {@link globalAveragePool} and {@link globalMaxPool}. */
export interface GlobalPoolOptions {
  /** Whether the axes stay, with size 1. Default: false. */
  readonly keepDims?: boolean;
  /** Name of the layer. Default: the name of its function. */
  readonly name?: string;
}
