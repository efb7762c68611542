import * as tf from '@tensorflow/tfjs-core';
import { check, disposeTree, foldIn, formatShape, keepTree, type Key, type Tree, type Variables } from '@kumiko/core';
import type { CachedLayer } from '@kumiko/layers';
import { sampleToken, type SampleTokenOptions } from './sample-token.ts';

/** Options of {@link generate}. */
export interface GenerateOptions extends SampleTokenOptions {
  /** How many tokens to draw for each sequence, at least 1. */
  readonly tokens: number;
  /** How many positions the model can see: its `contextLength`. */
  readonly contextLength: number;
  /** Decides the draws; the same key gives the same tokens. */
  readonly key: Key;
}

/**
 * Continues sequences by a language model, one token at a time: each is drawn by {@link sampleToken} and fed back.
 *
 * The keys and values of attention are kept in a cache, so that a token costs one position. When the context is full the model goes on
 * from its last half. Step i draws with `foldIn(key, i)`. Nothing that is passed is disposed; stop early with `break`.
 *
 * @param model of int32 `[batch,positions]` to logits `[batch,positions,vocabulary]`, for example a {@link gpt}
 * @param variables its parameters and state
 * @param prompt int32 `[batch,positions]`, at least one position; only its last `contextLength` are seen
 * @param options `tokens`, `contextLength` and `key` are required
 * @returns for each step the new token of each sequence
 * @throws KumikoError when an option is out of range or the prompt does not fit
 * @example
 * const model = gpt({ vocabularySize: 5, contextLength: 4, numLayers: 1, numHeads: 1, features: 4 });
 * const variables = model.init(key(0), shapeOf([1, 4], 'int32'));
 * const prompt = tf.tensor2d([[1, 2]], [1, 2], 'int32');
 * let count = 0;
 * for await (const [token] of generate(model, variables, prompt, { tokens: 6, contextLength: 4, key: key(1) })) count += Number(token < 5);
 * count; // 6
 */
export async function* generate(
  model: CachedLayer<tf.Tensor, tf.Tensor>,
  variables: Variables,
  prompt: tf.Tensor,
  options: GenerateOptions,
): AsyncGenerator<Int32Array, void, void> {
  const { tokens, contextLength, key, ...sampling } = options;
  checkOptions(prompt, tokens, contextLength);
  const [batch] = prompt.shape as [number, number];
  /** What the model has seen or sees next, one row a sequence. */
  const seen = (await prompt.array()) as number[][];
  let cache: Tree | undefined;
  /** How many positions the cache holds. */
  let filled = 0;
  try {
    for (let step = 0; step < tokens; step++) {
      if (filled === contextLength || cache === undefined) {
        if (cache) disposeTree(cache);
        const kept = cache ? Math.ceil(contextLength / 2) : contextLength;
        cache = model.initCache(variables.params, { batch, length: contextLength });
        for (const row of seen) row.splice(0, Math.max(0, row.length - kept));
        filled = 0;
      }
      const fresh = seen.map((row) => row.slice(filled));
      const [drawn, next] = advance(model, variables, fresh, cache, foldIn(key, step), sampling);
      disposeTree(cache);
      cache = next;
      filled = (seen[0] as number[]).length;
      const values = (await drawn.data()) as Int32Array;
      drawn.dispose();
      for (const [i, row] of seen.entries()) row.push(values[i] as number);
      yield values;
    }
  } finally {
    if (cache) disposeTree(cache);
  }
}

/** One call of the model: the drawn tokens and the next cache. */
function advance(
  model: CachedLayer<tf.Tensor, tf.Tensor>,
  { params, state }: Variables,
  fresh: number[][],
  cache: Tree,
  key: Key,
  sampling: SampleTokenOptions,
): [tf.Tensor, Tree] {
  let next: Tree = {};
  const drawn = tf.tidy(() => {
    const input = tf.tensor2d(fresh, undefined, 'int32');
    const [logits, result] = model.apply({ params, state }, input, { training: false, cache });
    next = keepTree(result.cache as Tree);
    const [batch, positions, vocabulary] = logits.shape as [number, number, number];
    return sampleToken(key, tf.reshape(tf.slice(logits, [0, positions - 1, 0], [-1, 1, -1]), [batch, vocabulary]), sampling);
  });
  return [drawn, next];
}

function checkOptions(prompt: tf.Tensor, tokens: number, contextLength: number): void {
  check(
    prompt.rank === 2 && prompt.dtype === 'int32' && (prompt.shape[0] as number) >= 1 && (prompt.shape[1] as number) >= 1,
    'generate',
    () => `expected a prompt int32 [batch,positions], got ${prompt.dtype} ${formatShape(prompt.shape)}. Start with at least one token.`,
  );
  for (const [option, value] of Object.entries({ tokens, contextLength })) {
    check(
      Number.isInteger(value) && value >= 1,
      'generate',
      () => `expected ${option} to be a whole number of at least 1, got ${value}. Pass for example 64.`,
    );
  }
}
