/**
 * Compiles the AssemblyScript kernels, and the stock TensorFlow.js binary, to generated TypeScript modules.
 *
 *   node tools/assembly.ts            writes every module
 *   node tools/assembly.ts --check    writes nothing; fails when a module is missing or out of date
 *
 * An entry is a file `packages/<package>/src/.../<name>.entry.as.ts`. It becomes `src/generated/<name>-simd.ts` and, where
 * it has code for relaxed instructions, `src/generated/<name>-relaxed.ts` in its package, each exporting one `base64` string.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** A build of the same sources for one instruction set. */
export interface Variant {
  /** Suffix of the generated module's name. */
  readonly name: 'simd' | 'relaxed';
  /** The WebAssembly features that this build may use, beside those that are always on. */
  readonly features: readonly string[];
}

/** Every entry is compiled once for each of these. */
export const variants: readonly Variant[] = [
  { name: 'simd', features: ['simd', 'threads'] },
  { name: 'relaxed', features: ['simd', 'threads', 'relaxed-simd'] },
];

/** A generated TypeScript module: where it goes and what it says. */
export interface GeneratedModule {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(join(root, 'packages/backend-wasm/package.json'));

/** The entries of all packages, sorted, as absolute paths. */
export function findEntries(from: string = root): string[] {
  return globSync('packages/*/src/**/*.entry.as.ts', { cwd: from })
    .map((path) => resolve(from, path))
    .sort();
}

/**
 * Compiles one AssemblyScript file to a WebAssembly binary that lives on an imported memory and owns nothing in it.
 *
 * @throws Error with the compiler's messages, or when the binary breaks the rules of {@link assertStateless}
 */
export async function compileAssembly(entry: string, variant: Variant): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const messages: string[] = [];
  const text = { write: (chunk: string | Uint8Array) => void messages.push(String(chunk)) };
  const { error } = await asc.main(
    [
      relative(root, entry),
      ...['--baseDir', root, '--outFile', 'module.wasm'],
      ...['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
      ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--enable', variant.features.join(',')],
    ],
    {
      stdout: text,
      stderr: text,
      writeFile: (_name: string, contents: string | Uint8Array) => {
        if (typeof contents !== 'string') binary = contents;
      },
    },
  );
  if (error || !binary) throw new Error(`${relative(root, entry)} (${variant.name}): ${messages.join('')}${error?.message ?? ''}`);
  assertStateless(binary, `${relative(root, entry)} (${variant.name})`);
  return binary;
}

const SECTION_IMPORT = 2;
const SECTION_GLOBAL = 6;
const SECTION_START = 8;
const SECTION_DATA = 11;
const SECTION_DATA_COUNT = 12;

/** The ids of a binary's sections with the number of entries each holds. */
function sections(binary: Uint8Array): Map<number, number> {
  const found = new Map<number, number>();
  let at = 8;
  const leb = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < binary.length) {
    const id = binary[at++]!;
    const end = leb() + at;
    if (id !== 0) found.set(id, leb());
    at = end;
  }
  return found;
}

/**
 * Refuses a binary that could disturb the heap it is put on, which belongs to TensorFlow.js and to every thread at once:
 * static data, mutable globals, a start function, or any import but `env.memory`.
 *
 * @throws Error that names the binary and what it must not have
 */
export function assertStateless(binary: Uint8Array, name: string): void {
  const found = sections(binary);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(binary as BufferSource)).map((i) => `${i.module}.${i.name}`);
  const problems = [
    ...(imports.join() === 'env.memory' ? [] : [`imports [${imports.join(', ')}]`]),
    ...(found.get(SECTION_GLOBAL) ? ['globals'] : []),
    ...(found.has(SECTION_START) ? ['a start function'] : []),
    ...(found.get(SECTION_DATA) || found.get(SECTION_DATA_COUNT) ? ['static data'] : []),
  ];
  if (!found.has(SECTION_IMPORT) || problems.length > 0) {
    throw new Error(
      `${name}: expected a stateless module that imports env.memory alone, got ${problems.join(', ')}. Pass pointers instead.`,
    );
  }
}

/** The generated module of a binary: a comment, the licence and one string. */
function moduleText(binary: Uint8Array, comment: readonly string[]): string {
  return [
    '// Generated by tools/assembly.ts. Do not edit.',
    ...comment.map((line) => `// ${line}`),
    '',
    '/** A WebAssembly binary, base64. */',
    `export const base64 =\n  '${Buffer.from(binary).toString('base64')}';`,
    '',
  ].join('\n');
}

/** The generated modules of one entry: one a variant, without those whose binary is the same as the plain one. */
export async function generateEntry(entry: string): Promise<GeneratedModule[]> {
  const source = resolve(entry.slice(0, entry.indexOf('/src/')), 'src');
  const name = basename(entry, '.entry.as.ts');
  const modules: GeneratedModule[] = [];
  let plain: Uint8Array | undefined;
  for (const variant of variants) {
    const binary = await compileAssembly(entry, variant);
    if (plain && Buffer.compare(binary, plain) === 0) continue;
    plain ??= binary;
    const text = moduleText(binary, [`Source: ${relative(root, entry)}, features: ${variant.features.join(', ')}.`]);
    modules.push({ path: join(source, 'generated', `${name}-${variant.name}.ts`), text });
  }
  return modules;
}

/** The stock SIMD binary of TensorFlow.js as a generated module of `packages/backend-wasm`. */
export function generateStock(): GeneratedModule {
  const manifest = require.resolve('@tensorflow/tfjs-backend-wasm/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const binary = readFileSync(join(dirname(manifest), 'wasm-out/tfjs-backend-wasm-simd.wasm'));
  const text = moduleText(binary, [
    `Origin: @tensorflow/tfjs-backend-wasm ${version}, wasm-out/tfjs-backend-wasm-simd.wasm, unchanged.`,
    'Copyright Google LLC. Licensed under the Apache License, Version 2.0 (http://www.apache.org/licenses/LICENSE-2.0).',
    `SHA-256: ${createHash('sha256').update(binary).digest('hex')}`,
  ]);
  return { path: join(root, 'packages/backend-wasm/src/generated/tfjs-simd.ts'), text };
}

/** Every generated module of the repository. */
export async function generateAll(): Promise<GeneratedModule[]> {
  const modules = [generateStock()];
  for (const entry of findEntries()) modules.push(...(await generateEntry(entry)));
  return modules;
}

/** Whether a generated module is missing or differs from what is on disk. */
export function isOutOfDate(module: GeneratedModule): boolean {
  return !existsSync(module.path) || readFileSync(module.path, 'utf8') !== module.text;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const stale = (await generateAll()).filter(isOutOfDate);
  if (process.argv.includes('--check')) {
    for (const module of stale) console.error(`out of date: ${relative(root, module.path)}. Run node tools/assembly.ts.`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const module of stale) {
      mkdirSync(dirname(module.path), { recursive: true });
      writeFileSync(module.path, module.text);
      console.log(`wrote ${relative(root, module.path)} (${module.text.length} characters)`);
    }
  }
}
