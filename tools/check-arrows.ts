/**
 * Checks every import of every package against `arrows.ts` and against its package.json:
 *
 * - sources import the packages of ours that their row names, each of them a dependency;
 * - of TensorFlow.js they import the peer `@tensorflow/tfjs-core` and what their row names; never by subpath from core,
 *   which would load a second copy, types excepted; never the umbrella `@tensorflow/tfjs`;
 * - sources load Node's own modules lazily, because packages run in pages too;
 * - tests import what is a dependency or devDependency of their package, or a devDependency of the repository;
 * - nothing reaches into another package's files by a relative path;
 * - a package.json has no dependency of ours that its row does not name, and the row of every package exists.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { arrows, type Arrow } from './arrows.ts';
import { importsOf, parse, type Import } from './imports.ts';
import { findPackages, findSources, isAssembly, isTest, root, scope, type Manifest, type Package } from './packages.ts';

const core = '@tensorflow/tfjs-core';

/** `@scope/name/sub/path` as `['@scope/name', 'sub/path']`. */
function splitSpecifier(specifier: string): [name: string, subpath: string] {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return [parts.slice(0, length).join('/'), parts.slice(length).join('/')];
}

/** What is wrong with an import in a source, or undefined. */
function problemInSource(found: Import, arrow: Arrow, manifest: Manifest): string | undefined {
  const [name, subpath] = splitSpecifier(found.specifier);
  if (found.specifier.startsWith('node:')) {
    return found.typeOnly || found.dynamic || manifest.private
      ? undefined
      : 'is imported at once, but packages run in pages. Use await import()';
  }
  if (name.startsWith(scope)) {
    const allowed = arrow.imports.map((one) => scope + one);
    if (!allowed.includes(name)) return `is not on its row, which allows ${allowed.join(', ') || 'none of ours'}`;
    if (subpath) return `reaches into a package. Import ${name}`;
  } else if (name === core) {
    if (subpath && !found.typeOnly) return `would load a second copy. Import ${core}`;
    return manifest.peerDependencies?.[core] ? undefined : 'is no peerDependency';
  } else if (name.startsWith('@tensorflow/') && !arrow.tensorflow?.includes(name.slice('@tensorflow/'.length))) {
    return 'is not on its row in tools/arrows.ts';
  }
  return manifest.dependencies?.[name] || manifest.peerDependencies?.[name] ? undefined : 'is no dependency';
}

/** What is wrong with an import in a test, or undefined. */
function problemInTest(found: Import, manifest: Manifest, repository: Manifest): string | undefined {
  const [name] = splitSpecifier(found.specifier);
  if (found.specifier.startsWith('node:') || name === manifest.name) return undefined;
  const declared = { ...repository.devDependencies, ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies };
  return name in declared ? undefined : 'is no devDependency';
}

function problemsInManifest({ name, manifest }: Package, arrow: Arrow): string[] {
  const problems: string[] = [];
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const wrong = dependency.startsWith(scope)
      ? !arrow.imports.includes(dependency.slice(scope.length))
      : dependency.startsWith('@tensorflow/') &&
        dependency !== core &&
        !arrow.tensorflow?.includes(dependency.slice('@tensorflow/'.length));
    if (wrong) problems.push(`packages/${name}/package.json: ${dependency} is not on its row in tools/arrows.ts`);
  }
  if (manifest.dependencies?.[core]) problems.push(`packages/${name}/package.json: ${core} is a dependency. Make it a peerDependency`);
  return problems;
}

/** Every import of a repository that the arrows do not allow, one line each. */
export function findArrowProblems(from: string = root): string[] {
  const repository = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest;
  return findPackages(from).flatMap((one) => {
    const arrow = arrows[one.name];
    if (!arrow) return [`packages/${one.name}: has no row in tools/arrows.ts`];
    const problems = problemsInManifest(one, arrow);
    for (const source of findSources(one)) {
      const path = join(one.folder, 'src', source);
      for (const found of importsOf(parse(path))) {
        let problem: string | undefined;
        if (found.specifier.startsWith('.')) {
          const inside = resolve(dirname(path), found.specifier).startsWith(join(one.folder, 'src') + sep);
          if (!inside && !isTest(source)) problem = 'leaves src/. Import the package that it belongs to';
        } else if (isAssembly(source)) problem = 'is not a file beside it, which is all that AssemblyScript may import';
        else if (isTest(source)) problem = problemInTest(found, one.manifest, repository);
        else problem = problemInSource(found, arrow, one.manifest);
        if (problem) problems.push(`${relative(from, path)}:${found.line}: '${found.specifier}' ${problem}.`);
      }
    }
    return problems;
  });
}

if (process.argv[1] === import.meta.filename) {
  const problems = findArrowProblems();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
