import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayerContext, Tree, Variables } from '@kumiko/core';
import type { CountedLayer } from '../counted-layer.ts';
import type { MaskedSequence } from './masked-sequence.ts';

/** What a recurrent layer leaves beside its output: its carry as the cache. */
interface Left {
  readonly state: Tree;
  readonly cache: Tree;
}

/**
 * A layer over sequences `[batch,steps,features]`, or over a {@link MaskedSequence}: at steps that do not count the hidden state stays and
 * the output is 0. A call leaves its hidden state as the `cache`; passing it as that of the next call goes on where this one stopped.
 */
export interface RecurrentLayer extends CountedLayer<Tensor, Tensor> {
  apply(variables: Variables, x: Tensor, context: LayerContext): [Tensor, Left];
  apply(variables: Variables, x: MaskedSequence, context: LayerContext): [Tensor | MaskedSequence, Left];
}
