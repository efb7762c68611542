import { Softmax } from '@tensorflow/tfjs-core';
import { argExtremumBodies } from './arg-extremum-bodies.ts';
import { binaryBodies } from './binary-bodies.ts';
import { clampBodies } from './clamp-bodies.ts';
import { depthwiseBodies } from './depthwise-bodies.ts';
import { movementBodies } from './movement-bodies.ts';
import { paddingBodies } from './padding-bodies.ts';
import { poolingBodies } from './pooling-bodies.ts';
import { reductionBodies } from './reduction-bodies.ts';
import { selectBodies } from './select-bodies.ts';
import { softmaxBody } from './softmax.ts';
import { unaryBodies } from './unary-bodies.ts';
import type { VectorBody } from './vector-kernel.ts';

/** Every vector body, by tfjs' name of its kernel. */
export const vectorBodies: ReadonlyMap<string, VectorBody> = new Map([
  ...argExtremumBodies,
  ...binaryBodies,
  ...clampBodies,
  ...depthwiseBodies,
  ...movementBodies,
  ...paddingBodies,
  ...poolingBodies,
  ...reductionBodies,
  ...selectBodies,
  ...unaryBodies,
  [Softmax, softmaxBody],
]);
