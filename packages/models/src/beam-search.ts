import * as tf from '@tensorflow/tfjs-core';
import { check, disposeTree, keepTree, mapTree, type Tree, type Variables } from '@kumiko/core';
import type { CachedLayer } from '@kumiko/layers';

/** Options of {@link beamSearch}. */
export interface BeamSearchOptions {
  /** The tokens that a sequence begins with, at least one. */
  readonly start: readonly number[];
  /** How many sequences are followed side by side, at least 1; 1 is the greedy search. */
  readonly beams: number;
  /** How many tokens to add at most, at least 1. */
  readonly tokens: number;
  /** The token that ends a sequence. Default: none does. */
  readonly endToken?: number;
  /** Power of the length that a score is divided by, finite: 0 prefers short sequences, 1 takes the mean. Default: 1. */
  readonly lengthPenalty?: number;
}

/** A sequence that {@link beamSearch} found. */
export interface FoundSequence {
  /** All tokens, those of the start and the end token included. */
  readonly tokens: readonly number[];
  /** Sum of the added tokens' log probabilities, divided by their number to the power of `lengthPenalty`. */
  readonly score: number;
}

interface Beam {
  readonly tokens: readonly number[];
  readonly logProbability: number;
}

/**
 * The likeliest continuations by a language model, as far as following the `beams` best beginnings shows them.
 *
 * Each step extends every beginning by every token and keeps the best; those that end are put aside. The search stops when as many have
 * ended as there are beams and none that goes on is better, or after `tokens` steps. The keys and values of attention are kept and reordered
 * with the beginnings. Nothing that is passed is disposed.
 *
 * @param model of int32 `[beams,positions]` to logits `[beams,positions,vocabulary]`: a {@link gpt}, or the decoder of a {@link seq2seq}
 * @param variables its parameters and state
 * @param options `start`, `beams` and `tokens` are required
 * @returns at most `beams` sequences, best first; those that did not end stand among them only if too few ended
 * @throws KumikoError when an option is out of range
 * @example
 * const model = gpt({ vocabularySize: 5, contextLength: 8, numLayers: 1, numHeads: 1, features: 4 });
 * const found = await beamSearch(model, model.init(key(0), shapeOf([1, 8], 'int32')), { start: [1], beams: 3, tokens: 4 });
 * found.map(({ tokens }) => tokens.length); // [5, 5, 5]
 * @see Graves, "Sequence transduction with recurrent neural networks", 2012; Wu et al., "Google's neural machine translation system", 2016 (length)
 */
export async function beamSearch(
  model: CachedLayer<tf.Tensor, tf.Tensor>,
  { params, state }: Variables,
  options: BeamSearchOptions,
): Promise<FoundSequence[]> {
  const { start, beams, tokens, endToken, lengthPenalty = 1 } = options;
  checkOptions(options);
  const scoreOf = ({ tokens: all, logProbability }: Beam): number => logProbability / (all.length - start.length) ** lengthPenalty;
  const best = (found: readonly Beam[]): Beam[] => found.toSorted((a, b) => scoreOf(b) - scoreOf(a)).slice(0, beams);
  let live: Beam[] = [{ tokens: start, logProbability: 0 }];
  let ended: Beam[] = [];
  let fresh: number[][] = [[...start]];
  let cache = model.initCache(params, { batch: 1, length: start.length + tokens });
  try {
    for (let step = 0; step < tokens; step++) {
      const [logProbabilities, next] = advance(model, { params, state }, fresh, cache);
      disposeTree(cache);
      cache = next;
      const [, vocabulary] = logProbabilities.shape as [number, number];
      const values = await logProbabilities.data();
      logProbabilities.dispose();

      const extended: (Beam & { readonly parent: number })[] = live.flatMap((beam, parent) =>
        Array.from({ length: vocabulary }, (_, token) => ({
          tokens: [...beam.tokens, token],
          logProbability: beam.logProbability + (values[parent * vocabulary + token] as number),
          parent,
        })),
      );
      // All of one length here, so that the penalty does not matter.
      extended.sort((a, b) => b.logProbability - a.logProbability);
      // As many may end as go on.
      const candidates = extended.slice(0, 2 * beams);
      const isEnded = (beam: Beam): boolean => beam.tokens.at(-1) === endToken;
      ended = best([...ended, ...candidates.slice(0, beams).filter(isEnded)]);
      const going = candidates.filter((beam) => !isEnded(beam)).slice(0, beams);
      live = going;
      if (going.length === 0 || (ended.length === beams && scoreOf(ended.at(-1) as Beam) >= scoreOf(going[0] as Beam))) break;
      if (step === tokens - 1) break;
      const reordered = reorder(cache, going.map(({ parent }) => parent)); // prettier-ignore
      disposeTree(cache);
      cache = reordered;
      fresh = going.map((beam) => [beam.tokens.at(-1) as number]);
    }
  } finally {
    disposeTree(cache);
  }
  const found = ended.length >= beams ? ended : [...ended, ...best(live).slice(0, beams - ended.length)];
  return best(found).map((beam) => ({ tokens: beam.tokens, score: scoreOf(beam) }));
}

/** One call of the model: log probabilities of the next token `[beams,vocabulary]`, and the next cache. */
function advance(
  model: CachedLayer<tf.Tensor, tf.Tensor>,
  { params, state }: Variables,
  fresh: number[][],
  cache: Tree,
): [tf.Tensor, Tree] {
  let next: Tree = {};
  const logProbabilities = tf.tidy(() => {
    const [logits, result] = model.apply({ params, state }, tf.tensor2d(fresh, undefined, 'int32'), { training: false, cache });
    next = keepTree(result.cache as Tree);
    const [rows, positions, vocabulary] = logits.shape as [number, number, number];
    return tf.logSoftmax(tf.reshape(tf.slice(logits, [0, positions - 1, 0], [-1, 1, -1]), [rows, vocabulary]));
  });
  return [logProbabilities, next];
}

/** The rows of a cache that the beginnings which go on came from; positions are the same for all. */
function reorder(cache: Tree, rows: number[]): Tree {
  return tf.tidy(() => {
    const indices = tf.tensor1d(rows, 'int32');
    return keepTree(mapTree<tf.Tensor, tf.Tensor>((leaf) => (leaf.rank === 0 ? tf.clone(leaf) : tf.gather(leaf, indices)), cache));
  });
}

function checkOptions({ start, beams, tokens, endToken, lengthPenalty = 1 }: BeamSearchOptions): void {
  check(
    start.length >= 1,
    'beamSearch',
    () => 'expected at least one token to start with, got none. Pass for example the one that begins texts.',
  );
  for (const [option, value] of Object.entries({ beams, tokens })) {
    check(
      Number.isInteger(value) && value >= 1,
      'beamSearch',
      () => `expected ${option} to be a whole number of at least 1, got ${value}. Pass for example 4.`,
    );
  }
  check(
    endToken === undefined || (Number.isInteger(endToken) && endToken >= 0),
    'beamSearch',
    () => `expected endToken to be a token, got ${endToken}. Pass its number.`,
  );
  check(Number.isFinite(lengthPenalty), 'beamSearch', () => `expected a finite lengthPenalty, got ${lengthPenalty}. Pass for example 1.`);
}
