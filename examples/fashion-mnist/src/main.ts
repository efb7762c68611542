import { parseOptions, HELP } from './options.ts';
import { isKumikoError } from '@kumiko/core';
import { run } from './run.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) print(HELP);
  else await run(options, print);
} catch (error) {
  if (!isKumikoError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
