/** Options of `psnr` and `ssim`. */
export interface ImagePairOptions {
  /** How far apart two values can be: 1 for images in [0, 1], 255 for bytes. Default 1. */
  readonly peak?: number;
}
