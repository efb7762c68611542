/**
 * Checks that every export of a published package has a docstring, and that every exported function and constant has an
 * `@example`, which `doc-examples.ts` runs.
 */
import { join } from 'node:path';
import { exportsOf, firstSentence, publicModules } from './exports.ts';
import { findPackages } from './packages.ts';

const problems = findPackages()
  .filter(({ manifest }) => !manifest.private)
  .flatMap((one) =>
    publicModules(one).flatMap((module) =>
      exportsOf(join(one.folder, 'src', module)).flatMap(({ name, typeOnly, doc }) => {
        const at = `packages/${one.name}/src/${module}: ${name}`;
        if (firstSentence(doc) === '') return [`${at} has no docstring.`];
        return typeOnly || /^[A-Z]/.test(name) || /(^|\n)@example\b/.test(doc) ? [] : [`${at} has no @example.`];
      }),
    ),
  );
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
