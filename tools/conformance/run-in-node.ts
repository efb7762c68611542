import { writeFileSync } from 'node:fs';
import type { Configuration } from './configuration.ts';
import { type Register, runSpecs } from './run-specs.ts';

/** Runs the specs in a process of their own, started as `node <bundle> <configuration as JSON> <path of the outcome>`. */
export async function runInNode(register: Register): Promise<void> {
  const [, , argument, destination] = process.argv;
  const outcome = await runSpecs(JSON.parse(argument!) as Configuration, register);
  writeFileSync(destination!, JSON.stringify(outcome));
  process.exit(0);
}
