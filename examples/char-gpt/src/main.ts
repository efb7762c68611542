import { isKumikoError } from '@kumiko/core';
import { HELP, parseOptions } from './options.ts';
import { run } from './run.ts';

const write = (text: string): void => void process.stdout.write(text);

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) write(HELP);
  else await run(options, (line) => write(`${line}\n`), write);
} catch (error) {
  if (!isKumikoError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
