import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { disposeTree, foldIn, key as keyOf, type Key } from '@kumiko/core';
import { generate } from '@kumiko/models';
import { tensor2d } from '@tensorflow/tfjs-core';
import { loadText } from './load-text.ts';
import { makeModel } from './make-model.ts';
import type { Options } from './options.ts';
import { loadModel, saveModel, type SavedModel } from './saved-model.ts';
import { train } from './train.ts';
import { makeVocabulary } from './vocabulary.ts';

/** Share of the text that is learned; the rest is held out. */
const LEARNED = 0.9;

/** Trains or loads, saves, and writes. `write` gets text as it comes, without line breaks of its own. */
export async function run(options: Options, print: (line: string) => void, write: (text: string) => void): Promise<void> {
  const start = performance.now();
  const backend = await selectBackend(options.backend === 'wasm' ? [wasm({ threads: options.threads })] : [cpu()]);
  const key = keyOf(options.seed);
  const saved = options.load === undefined ? await learn(options, key, print) : await loadModel(options.load);
  if (options.output !== undefined) {
    await saveModel(options.output, saved);
    print(`Saved to ${options.output}.`);
  }
  print(`After ${((performance.now() - start) / 1000).toFixed(1)} s, it writes:\n`);
  for await (const text of sample(saved, options, foldIn(key, 'sample'))) write(text);
  write('\n');
  disposeTree(saved.params);
  await backend.dispose();
}

/** A model of the text. */
async function learn(options: Options, key: Key, print: (line: string) => void): Promise<SavedModel> {
  const text = await loadText(options.text);
  const vocabulary = makeVocabulary(text);
  const tokens = vocabulary.encode(text);
  const border = Math.floor(LEARNED * tokens.length);
  print(`${tokens.length.toLocaleString('en-US')} characters, ${vocabulary.characters.length} different ones.`);
  const model = makeModel(vocabulary.characters.length, options);
  const { state, loss } = await train({
    ...{ model, options, key, print },
    train: tokens.subarray(0, border),
    held: tokens.subarray(border),
  });
  print(`Held-out loss ${loss.toFixed(4)} over the last tenth of the text.`);
  const { params, ...others } = state;
  disposeTree(others);
  const { context, layers, heads, width } = options;
  return { params, vocabulary, sizes: { context, layers, heads, width } };
}

/** What the model writes behind the prompt, character by character. */
async function* sample({ params, sizes, vocabulary }: SavedModel, options: Options, key: Key): AsyncGenerator<string> {
  const { characters, temperature, prompt } = options;
  const start = vocabulary.encode(prompt.length > 0 ? prompt : '\n');
  const model = makeModel(vocabulary.characters.length, sizes);
  yield prompt;
  if (characters === 0) return;
  const input = tensor2d(start, [1, start.length], 'int32');
  try {
    const tokens = generate(model, { params, state: {} }, input, {
      ...{ tokens: characters, contextLength: sizes.context, temperature, key },
    });
    for await (const token of tokens) yield vocabulary.decode(token);
  } finally {
    input.dispose();
  }
}
