import { CropAndResize, NonMaxSuppressionV3, NonMaxSuppressionV4, NonMaxSuppressionV5 } from '@tensorflow/tfjs-core';
import { cropAndResizeBody } from './crop-and-resize-body.ts';
import { suppressionV3, suppressionV4, suppressionV5 } from './suppression-bodies.ts';
import type { VectorBody } from './vector-kernel.ts';

/** What is done with boxes in images, by tfjs' name of the kernel. */
export const boxBodies: ReadonlyMap<string, VectorBody> = new Map([
  [CropAndResize, cropAndResizeBody],
  [NonMaxSuppressionV3, suppressionV3],
  [NonMaxSuppressionV4, suppressionV4],
  [NonMaxSuppressionV5, suppressionV5],
]);
