import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { bundleSpecs } from './bundle-specs.ts';
import type { Configuration, Outcome } from './configuration.ts';

/** Runs each configuration in a process of its own, all at once, so that none sees another's engine. */
export async function runProcesses(configurations: readonly Configuration[]): Promise<Outcome[]> {
  const bundle = await bundleSpecs(configurations[0]!.backend, 'node');
  return Promise.all(configurations.map((configuration) => runProcess(bundle, configuration)));
}

async function runProcess(bundle: string, configuration: Configuration): Promise<Outcome> {
  const path = bundle.replace(/\.mjs$/, `-${configuration.threads}.json`);
  rmSync(path, { force: true });
  const child = spawn(process.execPath, [bundle, JSON.stringify(configuration), path], { stdio: ['ignore', 'pipe', 'pipe'] });
  // The specs provoke warnings on purpose; what a process says matters only when it dies.
  let said = '';
  const keep = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-8_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | string | null>((resolve) => child.on('exit', (status, signal) => resolve(status ?? signal)));
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Outcome;
  return { executed: 0, passed: 0, failures: [{ name: `the process ended early (${code})`, messages: [said] }] };
}
