import { engine, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Connects the saved copy of a kernel's output to that output again, for gradients of gradients.
 *
 * Core records the copying of a saved output before the kernel that made it. The walk along the tape then misses that the
 * copy depends on the kernel's inputs, and second-order gradients through it are silently wrong. Moving the record to the tape's
 * end, where the copy is about to be used, puts it in order. Does nothing in first-order gradients.
 *
 * @param saved a tensor that core saved for a gradient
 */
export function reconnectOutput(saved: Tensor): Tensor {
  const { activeTape, gradientDepth } = engine().state;
  if (gradientDepth === 0 || (activeTape ?? null) === null) return saved;
  const index = activeTape.findLastIndex((node) => node.outputs[0] === saved);
  if (index >= 0) activeTape.push(...activeTape.splice(index, 1));
  return saved;
}
