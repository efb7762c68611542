import { GatherV2, MaxPoolWithArgmax, OneHot, Softmax } from '@tensorflow/tfjs-core';
import { argExtremumBodies } from './arg-extremum-bodies.ts';
import { binaryBodies } from './binary-bodies.ts';
import { conv3DBodies } from './conv3d-bodies.ts';
import { blockBodies } from './block-bodies.ts';
import { cumulativeBodies } from './cumulative-bodies.ts';
import { depthwiseBodies } from './depthwise-bodies.ts';
import { dilationBodies } from './dilation-bodies.ts';
import { fillBodies } from './fill-bodies.ts';
import { gatherBody } from './gather-body.ts';
import { localResponseBodies } from './local-response-bodies.ts';
import { maxPoolWithArgmaxBody } from './max-pool-with-argmax-body.ts';
import { movementBodies } from './movement-bodies.ts';
import { oneHotBody } from './one-hot-body.ts';
import { paddingBodies } from './padding-bodies.ts';
import { poolingBodies } from './pooling-bodies.ts';
import { reductionBodies } from './reduction-bodies.ts';
import { resizeBodies } from './resize-bodies.ts';
import { selectBodies } from './select-bodies.ts';
import { softmaxBody } from './softmax.ts';
import { turningBodies } from './turning-bodies.ts';
import { unaryBodies } from './unary-bodies.ts';
import type { VectorBody } from './vector-kernel.ts';
import { volumePoolingBodies } from './volume-pooling-bodies.ts';

/** Every vector body, by tfjs' name of its kernel. */
export const vectorBodies: ReadonlyMap<string, VectorBody> = new Map([
  ...argExtremumBodies,
  ...binaryBodies,
  ...conv3DBodies,
  ...blockBodies,
  ...cumulativeBodies,
  ...depthwiseBodies,
  ...dilationBodies,
  ...fillBodies,
  ...localResponseBodies,
  ...movementBodies,
  ...paddingBodies,
  ...poolingBodies,
  ...reductionBodies,
  ...resizeBodies,
  ...selectBodies,
  ...turningBodies,
  ...unaryBodies,
  ...volumePoolingBodies,
  [GatherV2, gatherBody],
  [MaxPoolWithArgmax, maxPoolWithArgmaxBody],
  [OneHot, oneHotBody],
  [Softmax, softmaxBody],
]);
