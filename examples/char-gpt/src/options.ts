import { parseArgs } from 'node:util';
import { check } from '@kumiko/core';

/** What the program was asked to do. */
export interface Options {
  /** A text file; undefined: Moby Dick. */
  readonly text: string | undefined;
  readonly backend: 'wasm' | 'cpu';
  readonly threads: 'auto' | number;
  readonly compile: boolean;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly context: number;
  readonly batch: number;
  readonly iterations: number;
  readonly seed: number;
  /** Characters to write at the end. */
  readonly characters: number;
  readonly temperature: number;
  readonly prompt: string;
  /** Where the model is saved; undefined: nowhere. */
  readonly output: string | undefined;
  /** A saved model to sample from instead of training one. */
  readonly load: string | undefined;
  readonly help: boolean;
}

/** What `--help` prints. */
export const HELP = `Trains a small GPT on a text, character by character, then lets it write.

  node --conditions=@kumiko/source examples/char-gpt/src/main.ts [options]

  --text FILE        what to learn (Moby Dick)
  --iterations N     training steps (2000)
  --layers N         blocks (4)
  --heads N          heads of attention (4)
  --width N          features of the stream, a multiple of heads (128)
  --context N        characters that the model sees (64)
  --batch N          windows of the text a step (12)
  --seed N           decides first parameters, batches and samples; same seed, same text (1337)
  --characters N     how much to write at the end (500)
  --temperature X    below 1 plainer, above 1 wilder (0.8)
  --prompt TEXT      how the sample starts (a line break)
  --output FILE      where the model is saved (nowhere)
  --load FILE        do not train: sample from a saved model
  --backend wasm|cpu what computes (wasm)
  --threads auto|N   threads of the wasm backend (auto: one a core)
  --no-compile       run each step kernel by kernel
  --help             print this
`;

const numbers = { iterations: 2000, layers: 4, heads: 4, width: 128, context: 64, batch: 12, seed: 1337, characters: 500 };

/**
 * The options in a command line, defaults filled in.
 *
 * @throws KumikoError when an option is unknown or its value is not allowed
 */
export function parseOptions(args: readonly string[]): Options {
  const values = split(args);
  const { backend = 'wasm', threads = 'auto', temperature = '0.8' } = values;
  check(backend === 'wasm' || backend === 'cpu', 'char-gpt', () => `expected --backend wasm or cpu, got '${backend}'. Choose one of them.`);
  check(
    temperature.trim() !== '' && Number(temperature) >= 0 && Number.isFinite(Number(temperature)),
    'char-gpt',
    () => `expected --temperature a number of at least 0, got '${temperature}'. Pass for example --temperature 0.8.`,
  );
  const counts = Object.fromEntries(
    Object.entries(numbers).map(([name, usual]) => {
      const value = values[name as keyof typeof numbers];
      return [name, value === undefined ? usual : whole(`--${name}`, value, name === 'seed' || name === 'characters' ? 0 : 1)];
    }),
  ) as Record<keyof typeof numbers, number>;
  return {
    ...counts,
    text: values.text,
    backend,
    threads: threads === 'auto' ? threads : whole('--threads', threads, 1),
    compile: values['no-compile'] !== true,
    temperature: Number(temperature),
    prompt: values.prompt ?? '\n',
    output: values.output,
    load: values.load,
    help: values.help === true,
  };
}

function split(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    ...{ text, iterations: text, layers: text, heads: text, width: text, context: text, batch: text, seed: text, characters: text },
    ...{ temperature: text, prompt: text, output: text, load: text, backend: text, threads: text, 'no-compile': flag },
  } as const;
  try {
    return parseArgs({ args: args[0] === '--' ? args.slice(1) : [...args], options: { ...options, help: { ...flag, short: 'h' } } }).values;
  } catch (error) {
    const names = [...Object.keys(options), 'help'].map((name) => `--${name}`).join(', ');
    check(
      false,
      'char-gpt',
      () => `expected options among ${names}, got ${JSON.stringify(args.join(' '))}: ${(error as Error).message}. Try --help.`,
    );
    throw error;
  }
}

function whole(option: string, value: string, least: number): number {
  const number = Number(value);
  check(
    value.trim() !== '' && Number.isSafeInteger(number) && number >= least,
    'char-gpt',
    () => `expected ${option} a whole number of at least ${least}, got '${value}'. Pass for example ${option} ${Math.max(least, 2)}.`,
  );
  return number;
}
