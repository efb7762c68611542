import { type Tensor, engine } from '@tensorflow/tfjs-core';

/** A kernel's record for gradients. */
interface TapeNode {
  readonly saved?: readonly Tensor[];
}

/**
 * Gives back what the engine has kept for gradients when there is no room for what it differentiates, or a kernel throws: the engine itself forgets it.
 *
 * That happens as soon as the call stack is empty. Nobody can use the tape then: the engine differentiates within one call.
 */
export function abandonTape(): void {
  const { activeTape } = (engine() as unknown as { readonly state: { readonly activeTape?: readonly TapeNode[] | null } }).state;
  if (activeTape === null || activeTape === undefined) return;
  queueMicrotask(() => {
    for (const { saved } of activeTape) for (const tensor of saved ?? []) tensor.dispose();
  });
}
