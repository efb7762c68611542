import type { Tensor } from '@tensorflow/tfjs-core';
import { foldIn, type Tree } from '@kumiko/core';
import type { CountedCachedLayer, TransformerInput } from '@kumiko/layers';
import { foldInTensor } from '@kumiko/ops';

/** A block, and what stands beside the stream that it changes. */
export type Block = CountedCachedLayer<Tensor | TransformerInput, Tensor>;

/** Blocks of one kind one behind the other: parameters and caches are arrays; each sees the same mask and context. */
export function blockStack(block: Block, count: number): Block {
  return {
    name: 'blocks',
    init(key, input) {
      const made = Array.from({ length: count }, (_, i) => block.init(foldIn(key, i), input));
      return {
        params: made.map(({ params }) => params),
        state: {},
        output: (made[0] as { output: ReturnType<Block['init']>['output'] }).output,
      };
    },
    initCache: (params, options) => (params as Tree[]).map((own) => block.initCache(own, options)),
    apply({ params, state }, input, { training, key, cache }): ReturnType<Block['apply']> {
      const beside: Partial<TransformerInput> = 'x' in input ? input : {};
      let x = 'x' in input ? input.x : input;
      const caches = (params as Tree[]).map((own, i) => {
        const context = {
          training,
          ...(training && key && { key: foldInTensor(key, i) }),
          ...(cache && { cache: (cache as Tree[])[i] as Tree }),
        };
        const [y, next] = block.apply({ params: own, state: {} }, { ...beside, x }, context);
        x = y;
        return next.cache as Tree;
      });
      return [x, { state, ...(cache && { cache: caches }) }];
    },
    flops: ({ input, params, output }) => (params as Tree[]).reduce((sum, own) => sum + block.flops({ input, params: own, output }), 0),
  };
}
