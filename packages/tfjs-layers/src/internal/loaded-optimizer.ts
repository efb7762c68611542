import type { LayersModel } from '@tensorflow/tfjs-layers';
import { optimizerOf } from './layers-model-border.ts';
import { TransformOptimizer } from './transform-optimizer.ts';

/** The optimizer that came with a loaded model and waits for its transform, if there is one. */
export function loadedOptimizer(model: LayersModel): TransformOptimizer | undefined {
  const optimizer = optimizerOf(model);
  // The class itself: instanceof tells by methods, so any optimizer would be one.
  if (optimizer?.constructor !== TransformOptimizer) return undefined;
  const own = optimizer as TransformOptimizer;
  return own.transform === undefined ? own : undefined;
}
