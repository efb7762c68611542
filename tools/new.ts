/**
 * Starts something new, so that `pnpm check` and the tests pass as it stands: files that work, a changeset, regenerated indexes.
 *
 *   pnpm new <kind> <name>      for example: pnpm new layer squeeze-excite
 *
 * What it writes is a small true example of its kind, in the house's manner; you replace the mathematics. The texts are in
 * `scaffolds/`, where `{{kebab}}`, `{{camel}}` and `{{Pascal}}` stand for the name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root, scope } from './packages.ts';

/** A text that goes into an existing file, right behind the line that ends with `after`. */
interface Insertion {
  readonly path: string;
  readonly after: string;
  readonly text: string;
}

/** What a kind consists of. */
interface Scaffold {
  readonly summary: string;
  /** The package that the changeset names; the new one where absent. */
  readonly package?: string;
  /** Files by path, each with the scaffold that it is made from. */
  readonly files: Readonly<Record<string, string>>;
  readonly insertions?: readonly Insertion[];
}

function inPackage(name: string, kind: string, summary: string, insertions: readonly Insertion[] = []): Scaffold {
  const source = `packages/${name}/src/{{kebab}}`;
  return { summary, package: name, files: { [`${source}.ts`]: `${kind}.txt`, [`${source}.test.ts`]: `${kind}.test.txt` }, insertions };
}

const contract = 'packages/optimizers/src/contract.fixture.ts';
const recipes = 'packages/optimizers/src/recipes.node.test.ts';

const scaffolds: Readonly<Record<string, Scaffold>> = {
  package: {
    summary: 'a package of its own: packages/<name>, with a row in tools/arrows.ts',
    files: {
      'packages/{{kebab}}/src/{{kebab}}.ts': 'package.txt',
      'packages/{{kebab}}/src/{{kebab}}.test.ts': 'package.test.txt',
      'packages/{{kebab}}/README.md': 'package-readme.txt',
    },
    insertions: [
      {
        path: 'tools/arrows.ts',
        after: 'export const arrows: Readonly<Record<string, Arrow>> = {',
        text: "  '{{kebab}}': { level: 2, imports: ['core'] },\n",
      },
    ],
  },
  op: inPackage('ops', 'op', 'a fused op: packages/ops/src/<name>.ts'),
  layer: inPackage('layers', 'layer', 'a layer: packages/layers/src/<name>.ts'),
  optimizer: inPackage('optimizers', 'optimizer', 'a gradient transform with its recipe: packages/optimizers/src/<name>.ts', [
    { path: contract, after: "} from './index.ts';", text: "import { {{camel}}, scaleBy{{Pascal}} } from './{{kebab}}.ts';\n" },
    {
      path: contract,
      after: 'const descending: readonly OptimizerRow[] = [',
      text: "  { name: '{{camel}}', make: () => {{camel}}({ learningRate: 0.02 }), convergesTo: 0.2 },\n",
    },
    {
      path: contract,
      after: 'const rewriting: readonly TransformRow[] = [',
      text: "  { name: 'scaleBy{{Pascal}}', make: () => scaleBy{{Pascal}}() },\n",
    },
    {
      path: recipes,
      after: 'const recipes: Readonly<Record<string, Row>> = {',
      text: "  {{camel}}: { make: optimizers.{{camel}}, required: { learningRate: 0.1 }, numbers: ['learningRate', 'momentum'] },\n",
    },
  ]),
  loss: inPackage('losses', 'loss', 'a loss: packages/losses/src/<name>.ts'),
  metric: inPackage('metrics', 'metric', 'a streaming metric: packages/metrics/src/<name>.ts'),
};

/** The choices, as text. */
const usage = `pnpm new <kind> <name>, where <kind> is one of\n${Object.entries(scaffolds)
  .map(([kind, { summary }]) => `  ${kind.padEnd(10)} ${summary}`)
  .join('\n')}\nand <name> is in kebab-case, for example squeeze-excite.`;

/** `squeeze-excite` as `squeezeExcite` and `SqueezeExcite`. */
function namesOf(kebab: string): Readonly<Record<'kebab' | 'camel' | 'Pascal', string>> {
  const words = kebab.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const Pascal = words.join('');
  return { kebab, camel: Pascal.charAt(0).toLowerCase() + Pascal.slice(1), Pascal };
}

/** The package.json of a new package: that of `data`, which needs least, under another name. */
function manifestOf(from: string, kebab: string): string {
  const model = JSON.parse(readFileSync(join(from, 'packages/data/package.json'), 'utf8')) as Record<string, unknown>;
  const manifest = {
    ...model,
    name: scope + kebab,
    version: '0.0.0',
    description: 'How many values a tree of tensors holds.',
    scripts: { test: `vitest run --root ../.. --project ${kebab}` },
    dependencies: { [`${scope}core`]: 'workspace:^' },
    devDependencies: { [`${scope}testing`]: 'workspace:^' },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * Writes what a kind consists of and brings the generated files up to date.
 *
 * @returns what was written, a line each
 * @throws Error when the kind is unknown, the name is not in kebab-case, or a file exists
 */
function scaffold(kind: string, kebab: string, from: string = root): string[] {
  const chosen = Object.hasOwn(scaffolds, kind) ? scaffolds[kind] : undefined;
  if (!chosen) throw new Error(`new: expected a kind, got '${kind}'.\n${usage}`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kebab)) throw new Error(`new: expected a name in kebab-case, got '${kebab}'.\n${usage}`);
  const names = namesOf(kebab);
  const fill = (text: string): string => text.replace(/\{\{(kebab|camel|Pascal)\}\}/g, (_all, form: keyof typeof names) => names[form]);

  const texts = new Map<string, string>();
  for (const [path, source] of Object.entries(chosen.files)) {
    texts.set(fill(path), fill(readFileSync(join(import.meta.dirname, 'scaffolds', source), 'utf8')));
  }
  if (!chosen.package) texts.set(`packages/${kebab}/package.json`, manifestOf(from, kebab));
  texts.set(`.changeset/add-${kind}-${kebab}.md`, `---\n'${scope}${chosen.package ?? kebab}': minor\n---\n\nAdd \`${names.camel}\`.\n`);
  for (const path of texts.keys()) {
    if (existsSync(join(from, path))) throw new Error(`new: expected a new name, got '${kebab}', but ${path} exists. Choose another name.`);
  }
  for (const { path, after, text } of chosen.insertions ?? []) {
    const before = texts.get(path) ?? readFileSync(join(from, path), 'utf8');
    // A planned package has its row of arrows already.
    if (kind === 'package' && new RegExp(`^  '?${kebab}'?: \\{ level`, 'm').test(before)) continue;
    const at = before.indexOf(`${after}\n`);
    if (at < 0) throw new Error(`new: expected the line '${after}' in ${path}, got none. Update tools/new.ts.`);
    const end = at + after.length + 1;
    texts.set(path, before.slice(0, end) + fill(text) + before.slice(end));
  }

  for (const [path, text] of texts) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), text);
  }
  const sources = [...texts.keys()].filter((path) => path.endsWith('.ts'));
  run(from, 'oxfmt', ...sources);
  // In a process of its own, because the row of a new package was not there when this one began.
  const generated = run(from, process.execPath, 'tools/generate.ts');
  return [...[...texts.keys()].map((path) => `wrote ${path}`), ...generated.trim().split('\n')];
}

function run(cwd: string, command: string, ...rest: string[]): string {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd, encoding: 'utf8', env: { ...process.env, PATH: path } });
  if (status !== 0) throw new Error(`new: expected ${command} to pass, got ${status}.\n${stdout}${stderr}`);
  return stdout;
}

if (process.argv[1] === import.meta.filename) {
  const [kind = '', name = '', ...rest] = process.argv.slice(2);
  try {
    if (rest.length > 0) throw new Error(`new: expected a kind and a name, got ${rest.length + 2} words.\n${usage}`);
    for (const line of scaffold(kind, name)) console.log(line);
    if (kind === 'package') console.log('Run pnpm install to link it.');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
