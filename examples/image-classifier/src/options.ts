import { parseArgs } from 'node:util';
import { check } from '@kumiko/core';

/** What the program was asked to do. */
export interface Options {
  readonly data: 'mnist' | 'fashion-mnist';
  readonly backend: 'wasm' | 'cpu';
  readonly threads: 'auto' | number;
  readonly epochs: number;
  readonly seed: number;
  /** Use only so many images; undefined: all. */
  readonly limit: number | undefined;
  /** Where the parameters are saved; undefined: in the system's folder for temporary files. */
  readonly output: string | undefined;
  readonly help: boolean;
}

/** Passes over the training images unless told otherwise. */
export const DEFAULT_EPOCHS = 6;

/** What `--help` prints. */
export const HELP = `Trains a small convolutional network to classify images, then reports how well it does.

  pnpm demo [options]

  --data mnist|fashion-mnist  what to classify (mnist)
  --backend wasm|cpu          what computes (wasm)
  --threads auto|N            threads of the wasm backend (auto: one a core)
  --epochs N                  passes over the training images (${DEFAULT_EPOCHS})
  --seed N                    decides the split, the first parameters and the order; same seed, same parameters (0)
  --limit N                   use only N images, at least 100, for a quick try (all)
  --output FILE               where the parameters are saved (a file in the folder for temporary files)
  --help                      print this
`;

/**
 * The options in a command line, defaults filled in.
 *
 * @throws KumikoError when an option is unknown or its value is not allowed; it names the choices
 */
export function parseOptions(args: readonly string[]): Options {
  const values = split(args);
  const { data = 'mnist', backend = 'wasm', threads = 'auto' } = values;
  return {
    data: choice('--data', data, ['mnist', 'fashion-mnist']),
    backend: choice('--backend', backend, ['wasm', 'cpu']),
    threads: threads === 'auto' ? threads : whole('--threads', threads, 1, "'auto' or "),
    epochs: values.epochs === undefined ? DEFAULT_EPOCHS : whole('--epochs', values.epochs, 1),
    seed: values.seed === undefined ? 0 : whole('--seed', values.seed, 0),
    limit: values.limit === undefined ? undefined : whole('--limit', values.limit, 100),
    output: values.output,
    help: values.help === true,
  };
}

function split(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { data: text, backend: text, threads: text, epochs: text, seed: text, limit: text, output: text } as const;
  // A package manager hands on the `--` that ends its own options.
  const own = args[0] === '--' ? args.slice(1) : [...args];
  try {
    return parseArgs({ args: own, options: { ...options, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    const names = [...Object.keys(options), 'help'].map((name) => `--${name}`).join(', ');
    check(
      false,
      'image-classifier',
      () => `expected options among ${names}, got ${JSON.stringify(own.join(' '))}: ${(error as Error).message}. Try --help.`,
    );
    throw error;
  }
}

function choice<const C extends string>(option: string, value: string, choices: readonly C[]): C {
  check(
    (choices as readonly string[]).includes(value),
    'image-classifier',
    () => `expected ${option} ${choices.join(' or ')}, got '${value}'. Choose one of them.`,
  );
  return value as C;
}

function whole(option: string, value: string, least: number, also = ''): number {
  const number = Number(value);
  check(
    value.trim() !== '' && Number.isSafeInteger(number) && number >= least,
    'image-classifier',
    () =>
      `expected ${option} ${also}a whole number of at least ${least}, got '${value}'. Pass for example ${option} ${Math.max(least, 2)}.`,
  );
  return number;
}
