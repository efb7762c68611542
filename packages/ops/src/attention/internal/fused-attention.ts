import { defineOp } from '@kumiko/backend';
import { wasmBody } from '../../internal/wasm-body.ts';
import { attentionGradient } from './attention-gradient.ts';
import { attentionModule, attentionSizes, type AttentionInfos } from './attention-module.ts';
import { attentionReference, type AttentionAttributes } from './attention-reference.ts';

/** Attention in blocks of queries on wasm, for sizes that are multiples of 8; by plain ops elsewhere. A scalar bias means none. */
export const fusedAttention = /* @__PURE__ */ defineOp<'query' | 'key' | 'value' | 'bias', AttentionAttributes>({
  name: 'Attention',
  inputs: ['query', 'key', 'value', 'bias'],
  reference: attentionReference,
  gradient: attentionGradient,
  kernels: {
    wasm: /* @__PURE__ */ wasmBody<AttentionAttributes>(({ attributes, input, pointer, output, run, withScratch }) => {
      const infos = { query: input('query'), key: input('key'), value: input('value'), bias: input('bias') } as AttentionInfos;
      const { batch, heads, groups, queries, keys, size, valueSize, biasStrides, scratch, parts } = attentionSizes(infos);
      const { info, pointer: out } = output([batch, heads, queries, valueSize], 'float32');
      const tasks = batch * heads * parts;
      withScratch(tasks * scratch, (lent) =>
        run('attentionForward', tasks, [
          ...[pointer('query'), pointer('key'), pointer('value'), infos.bias.shape.length === 0 ? 0 : pointer('bias'), out, lent],
          ...[batch * heads, heads, heads / groups, queries, keys, size, valueSize, Number(attributes.causal), attributes.scale],
          ...biasStrides,
        ]),
      );
      return info;
    }, attentionModule),
  },
});
