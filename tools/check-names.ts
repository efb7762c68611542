/**
 * Checks the names of files and the shape of packages:
 *
 * - files and folders of packages and tools are in kebab-case;
 * - none is called `utils`, `helpers`, `misc` or `common`: a file is named after what it exports;
 * - a test of a package that needs Node is called `*.node.test.ts`: the others run in Chromium too;
 * - a package's `src/` has an `index.ts` that only re-exports, and the package has a README and a description.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPackages, root } from './packages.ts';

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const vague = /^(utils?|helpers?|misc|common|lib|stuff)$/;

/** Every name of a repository that breaks the rules, one line each. */
export function findNameProblems(from: string = root): string[] {
  const problems: string[] = [];
  for (const path of globSync(['packages/*/src/**/*', 'tools/**/*', 'examples/*/src/**/*', 'benchmarks/**/*.ts'], { cwd: from }).sort()) {
    if (path.includes('node_modules')) continue;
    const name = path.split('/').at(-1) ?? '';
    const [stem = ''] = name.split('.');
    if (!kebab.test(name)) problems.push(`${path}: expected a name in kebab-case. Rename it.`);
    if (
      path.startsWith('packages/') &&
      /(?<!\.node)\.test\.ts$/.test(name) &&
      /from '(node:|esbuild)/.test(readFileSync(join(from, path), 'utf8'))
    )
      problems.push(`${path}: a test that needs Node runs in no page. Rename it to ${stem}.node.test.ts.`);
    if (vague.test(stem)) problems.push(`${path}: '${stem}' says nothing. Name it after what it exports.`);
  }
  for (const { name, folder, manifest } of findPackages(from)) {
    const index = join(folder, 'src/index.ts');
    const others = existsSync(index)
      ? readFileSync(index, 'utf8')
          .split('\n')
          .filter((line) => line !== '' && !/^(\/\/|export \{\};|export (type )?(\*|\{.*\}) from )/.test(line))
      : ['no file'];
    if (others.length > 0) problems.push(`packages/${name}/src/index.ts: expected re-exports only, got '${others[0]}'. Run pnpm generate.`);
    if (manifest.private) continue;
    if (!manifest.description) problems.push(`packages/${name}/package.json: expected a description, got none.`);
    if (!existsSync(join(folder, 'README.md'))) problems.push(`packages/${name}: expected a README.md, got none.`);
  }
  return problems;
}

if (process.argv[1] === import.meta.filename) {
  const problems = findNameProblems();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
