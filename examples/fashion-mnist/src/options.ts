import { parseArgs } from 'node:util';
import { check } from '@kumiko/core';

/** What the program was asked to do. */
export interface Options {
  readonly model: 'cnn' | 'resnet';
  /** Folder of the data set. */
  readonly data: string;
  readonly backend: 'wasm' | 'cpu';
  readonly threads: 'auto' | number;
  /** Passes over the images to train on; undefined: as many as the model's recipe says. */
  readonly epochs: number | undefined;
  readonly seed: number;
  /** Use only so many images of each part; undefined: all. */
  readonly limit: number | undefined;
  /** Where the model is saved; undefined: nowhere. */
  readonly output: string | undefined;
  readonly help: boolean;
}

/** Where Debian's package puts the data set. */
const FOLDER = '/usr/share/datasets/fashion-mnist';

/** What `--help` prints. */
export const HELP = `Trains a network on the 60,000 images of Fashion-MNIST and tests it on the 10,000 others.

  node --conditions=@kumiko/source examples/fashion-mnist/src/main.ts [options]

  --model cnn|resnet  two convolutions, or a residual network with augmented images (cnn)
  --data FOLDER       where the four files of the data set are (${FOLDER})
  --epochs N          passes over the images to train on (7 and 10)
  --seed N            decides first parameters, order and augmentation; same seed, same parameters (0)
  --limit N           use only the first N images of each part, at least 128, for a quick try (all)
  --output FILE       where the trained model is saved, a safetensors file (nowhere)
  --backend wasm|cpu  what computes (wasm)
  --threads auto|N    threads of the wasm backend (auto: one a core)
  --help              print this
`;

/**
 * The options in a command line, defaults filled in.
 *
 * @throws KumikoError when an option is unknown or its value is not allowed; it names the choices
 */
export function parseOptions(args: readonly string[]): Options {
  const values = split(args);
  const { model = 'cnn', backend = 'wasm', threads = 'auto', epochs, seed, limit } = values;
  return {
    model: choice('--model', model, ['cnn', 'resnet']),
    data: values.data ?? FOLDER,
    backend: choice('--backend', backend, ['wasm', 'cpu']),
    threads: threads === 'auto' ? threads : whole('--threads', threads, 1, "'auto' or "),
    epochs: epochs === undefined ? undefined : whole('--epochs', epochs, 1),
    seed: seed === undefined ? 0 : whole('--seed', seed, 0),
    limit: limit === undefined ? undefined : whole('--limit', limit, 128),
    output: values.output,
    help: values.help === true,
  };
}

function split(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    ...{ model: text, data: text, epochs: text, seed: text, limit: text, output: text, backend: text, threads: text },
  } as const;
  // A package manager hands on the `--` that ends its own options.
  const own = args[0] === '--' ? args.slice(1) : [...args];
  try {
    return parseArgs({ args: own, options: { ...options, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    const names = [...Object.keys(options), 'help'].map((name) => `--${name}`).join(', ');
    check(
      false,
      'fashion-mnist',
      () => `expected options among ${names}, got ${JSON.stringify(own.join(' '))}: ${(error as Error).message}. Try --help.`,
    );
    throw error;
  }
}

function choice<const C extends string>(option: string, value: string, choices: readonly C[]): C {
  check(
    (choices as readonly string[]).includes(value),
    'fashion-mnist',
    () => `expected ${option} ${choices.join(' or ')}, got '${value}'. Choose one of them.`,
  );
  return value as C;
}

function whole(option: string, value: string, least: number, also = ''): number {
  const number = Number(value);
  check(
    value.trim() !== '' && Number.isSafeInteger(number) && number >= least,
    'fashion-mnist',
    () =>
      `expected ${option} ${also}a whole number of at least ${least}, got '${value}'. Pass for example ${option} ${Math.max(least, 2)}.`,
  );
  return number;
}
