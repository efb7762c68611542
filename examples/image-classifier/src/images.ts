/** Grey images of 28 x 28 pixels and their classes. */
export interface Images {
  /** Brightness from 0 to 255, image after image, row after row. */
  readonly pixels: Uint8Array;
  /** One class an image, an index into `names`. */
  readonly labels: Uint8Array;
  /** Names of the classes. */
  readonly names: readonly string[];
}

/** Width and height of every image. */
export const SIDE = 28;
