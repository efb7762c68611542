import { binaryGradients } from './binary-gradients.ts';
import { complexGradients } from './complex-gradients.ts';
import { contractionGradients } from './contraction-gradients.ts';
import { convolutionGradients } from './convolution-gradients.ts';
import { cumulativeGradients } from './cumulative-gradients.ts';
import { einsumGradients } from './einsum-gradient.ts';
import { gatherGradients } from './gather-gradients.ts';
import type { GradientEntry } from './gradient-entry.ts';
import { joinGradients } from './join-gradients.ts';
import { morphologyGradients } from './morphology-gradients.ts';
import { normalisationGradients } from './normalisation-gradients.ts';
import { poolingGradients } from './pooling-gradients.ts';
import { reductionGradients } from './reduction-gradients.ts';
import { resizeGradients } from './resize-gradients.ts';
import { scatterGradients } from './scatter-gradients.ts';
import { selectionGradients } from './selection-gradients.ts';
import { shapeGradients } from './shape-gradients.ts';
import { sliceGradients } from './slice-gradients.ts';
import { unaryGradients } from './unary-gradients.ts';
import { zeroGradients } from './zero-gradients.ts';

/**
 * The gradients of every kernel that has one: all that TensorFlow.js 4.22 differentiates, and those it lacks.
 * {@link registerGradients} makes them known to `tf.grads`.
 *
 * @example
 * gradients.find(({ config }) => config.kernelName === 'Einsum')?.replaces; // false
 */
export const gradients: readonly GradientEntry[] = [
  ...binaryGradients,
  ...complexGradients,
  ...contractionGradients,
  ...convolutionGradients,
  ...cumulativeGradients,
  ...einsumGradients,
  ...gatherGradients,
  ...joinGradients,
  ...morphologyGradients,
  ...normalisationGradients,
  ...poolingGradients,
  ...reductionGradients,
  ...resizeGradients,
  ...scatterGradients,
  ...selectionGradients,
  ...shapeGradients,
  ...sliceGradients,
  ...unaryGradients,
  ...zeroGradients,
];
