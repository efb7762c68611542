/** Builds every published package into its `dist/`: JavaScript by tsup and declarations by tsc, side by side, in a few seconds. */
import { spawn } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findPackages, root } from './packages.ts';

const declarations = join(root, '.cache/declarations');
const environment = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter) };

function run(command: string, ...rest: string[]): Promise<void> {
  const child = spawn(command, rest, { cwd: root, env: environment, stdio: 'inherit', shell: process.platform === 'win32' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${command}: expected exit code 0, got ${code}.`))));
  });
}

/** A declaration with relative specifiers that every consumer's TypeScript resolves: `./tree.js`, not `./tree.ts`. */
function withJavaScriptSpecifiers(text: string): string {
  return text.replace(/((?:from|import) |import\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2');
}

const start = performance.now();
rmSync(declarations, { recursive: true, force: true });
const packages = findPackages().filter(({ manifest }) => !manifest.private);
const outcomes = await Promise.allSettled([run('tsup'), run('tsc', '-p', 'tsconfig.build.json')]);
for (const outcome of outcomes) {
  if (outcome.status === 'fulfilled') continue;
  console.error(String(outcome.reason));
  process.exit(1);
}
for (const path of globSync('**/*.d.ts', { cwd: declarations })) {
  const file = join(declarations, path);
  writeFileSync(file, withJavaScriptSpecifiers(readFileSync(file, 'utf8')));
}
for (const { name, folder } of packages) cpSync(join(declarations, name, 'src'), join(folder, 'dist'), { recursive: true });
console.log(`built ${packages.length} packages in ${((performance.now() - start) / 1000).toFixed(1)} s`);
