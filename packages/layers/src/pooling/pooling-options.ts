import type { Padding } from '../padding.ts';

/** Options of the poolings over windows; `Size` is one number, or one for each axis. */
export interface PoolingOptions<Size> {
  /** Size of the window, in positions. Default: 2. */
  readonly poolSize?: Size;
  /** Step of the window, in positions. Default: `poolSize`. */
  readonly strides?: Size;
  /** How the window meets the border. Default: `'valid'`. */
  readonly padding?: Padding;
  /** Name of the layer. Default: the name of its function. */
  readonly name?: string;
}
