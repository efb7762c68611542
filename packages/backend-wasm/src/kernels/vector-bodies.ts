import {
  BroadcastArgs,
  DenseBincount,
  Diag,
  FusedBatchNorm,
  GatherV2,
  MaxPoolWithArgmax,
  Multinomial,
  OneHot,
  SearchSorted,
  Softmax,
  TopK,
  Unique,
} from '@tensorflow/tfjs-core';
import { argExtremumBodies } from './arg-extremum-bodies.ts';
import { batchNormalizationBody } from './batch-normalization-body.ts';
import { binaryBodies } from './binary-bodies.ts';
import { denseBincountBody } from './bincount.ts';
import { broadcastArgsBody } from './broadcast-args-body.ts';
import { conv3DBodies } from './conv3d-bodies.ts';
import { blockBodies } from './block-bodies.ts';
import { boxBodies } from './box-bodies.ts';
import { cumulativeBodies } from './cumulative-bodies.ts';
import { depthwiseBodies } from './depthwise-bodies.ts';
import { diagBody } from './diag-body.ts';
import { dilationBodies } from './dilation-bodies.ts';
import { fillBodies } from './fill-bodies.ts';
import { gatherBody } from './gather-body.ts';
import { localResponseBodies } from './local-response-bodies.ts';
import { maxPoolWithArgmaxBody } from './max-pool-with-argmax-body.ts';
import { movementBodies } from './movement-bodies.ts';
import { multinomialBody } from './multinomial-body.ts';
import { oneHotBody } from './one-hot-body.ts';
import { paddingBodies } from './padding-bodies.ts';
import { poolingBodies } from './pooling-bodies.ts';
import { reductionBodies } from './reduction-bodies.ts';
import { resizeBodies } from './resize-bodies.ts';
import { searchSortedBody } from './search-sorted-body.ts';
import { selectBodies } from './select-bodies.ts';
import { sequenceBodies } from './sequence-bodies.ts';
import { softmaxBody } from './softmax.ts';
import { sparseBodies } from './sparse-bodies.ts';
import { topKBody } from './top-k-body.ts';
import { turningBodies } from './turning-bodies.ts';
import { unaryBodies } from './unary-bodies.ts';
import { uniqueBody } from './unique-body.ts';
import type { VectorBody } from './vector-kernel.ts';
import { volumePoolingBodies } from './volume-pooling-bodies.ts';

/** Every vector body, by tfjs' name of its kernel. */
export const vectorBodies: ReadonlyMap<string, VectorBody> = new Map([
  ...argExtremumBodies,
  ...binaryBodies,
  ...conv3DBodies,
  ...blockBodies,
  ...boxBodies,
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
  ...sequenceBodies,
  ...sparseBodies,
  ...turningBodies,
  ...unaryBodies,
  ...volumePoolingBodies,
  [BroadcastArgs, broadcastArgsBody],
  [DenseBincount, denseBincountBody],
  [Diag, diagBody],
  [FusedBatchNorm, batchNormalizationBody],
  [GatherV2, gatherBody],
  [MaxPoolWithArgmax, maxPoolWithArgmaxBody],
  [Multinomial, multinomialBody],
  [OneHot, oneHotBody],
  [SearchSorted, searchSortedBody],
  [Softmax, softmaxBody],
  [TopK, topKBody],
  [Unique, uniqueBody],
]);
