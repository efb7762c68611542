/** Grey images of 28 x 28 pixels and their classes. */
export interface Images {
  /** Brightness from 0 to 255, image after image, row after row. */
  readonly pixels: Uint8Array;
  /** One class an image, an index into {@link CLASSES}. */
  readonly labels: Uint8Array;
}

/** Width and height of every image. */
export const SIDE = 28;

/** Names of the classes. */
export const CLASSES = ['T-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'] as const;
