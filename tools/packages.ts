import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The fields of a package.json that the tools read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface Package {
  /** The name of its folder under `packages/`, and of the npm package without the scope. */
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The repository. */
export const root = resolve(import.meta.dirname, '..');

/** The npm scope of every package. */
export const scope = '@kumiko/';

/** The packages of a repository, sorted by name. */
export function findPackages(from: string = root): Package[] {
  const parent = join(from, 'packages');
  return readdirSync(parent)
    .filter((name) => existsSync(join(parent, name, 'package.json')))
    .sort()
    .map((name) => ({ name, folder: join(parent, name), manifest: readManifest(join(parent, name, 'package.json')) }));
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

/** The TypeScript sources of a package as paths below `src/`, sorted; what `tools/assembly.ts` generated is not among them. */
export function findSources({ folder }: Package): string[] {
  return globSync('**/*.ts', { cwd: join(folder, 'src') })
    .filter((path) => !path.split('/').includes('generated'))
    .sort();
}

/** Whether a source is AssemblyScript. */
export function isAssembly(path: string): boolean {
  return path.endsWith('.as.ts') || path.split('/').includes('assembly');
}

/** Whether a source only runs in tests: a test, a benchmark, or a fixture beside one. */
export function isTest(path: string): boolean {
  return /\.(test|bench|fixture)\.ts$/.test(path);
}
