import { gelu } from '@kumiko/layers';
import { gpt } from '@kumiko/models';
import type { Sizes } from './saved-model.ts';

/** A GPT as nanoGPT trains it on characters: without biases, and with the exact gelu. */
export function makeModel(vocabularySize: number, { context, layers, heads, width }: Sizes) {
  return gpt({
    ...{ vocabularySize, contextLength: context, numLayers: layers, numHeads: heads, features: width },
    ...{ useBias: false, activation: gelu },
  });
}
