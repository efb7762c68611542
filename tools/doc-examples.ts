/**
 * Runs every example of the documentation, so that none of it lies: each `@example` of a docstring in packages/*\/src and
 * each block of a README that is marked `ts`.
 *
 *   node tools/doc-examples.ts [package...]
 *
 * An example is a module of its own with `tf` and the exports of its package and of core in scope, run from source on the cpu backend.
 * It may start with imports, of `@kumiko/*` too, and may await.
 *
 * - `expression; // value` compares: deeply, tensors through `arraySync()`, floats to 1e-5 or to the digits that are written;
 *   a comment that does not start with a value (literals, arrays, objects, and calls of functions in scope) is prose;
 * - `console.log(expression); // value` compares too, and prints nothing;
 * - `expression; // throws KumikoError` wants that error, and `// throws KumikoError: text` one whose message has that text.
 *
 * A block marked `ts no-run` is left alone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { parse } from './imports.ts';
import { findPackages, findSources, isAssembly, isTest, root, scope, type Package } from './packages.ts';

/** An example as it stands in the documentation. */
export interface Example {
  /** The file that it stands in. */
  readonly path: string;
  /** Of its first line, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** The `@example` blocks of a source. */
export function examplesInSource(path: string, text: string = readFileSync(path, 'utf8')): Example[] {
  const found: Example[] = [];
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const first = text.slice(0, comment.index).split('\n').length;
    const lines = comment[0].split('\n').map((line) => line.replace(/^\s*(\/\*\*|\*(?!\/)) ?/, '').replace(/\s*\*\/$/, ''));
    for (let at = 0; at < lines.length; at++) {
      if (!lines[at]?.startsWith('@example')) continue;
      let end = at + 1;
      while (end < lines.length && !/^@[a-z]/.test(lines[end] ?? '')) end++;
      const fenced = lines.slice(at + 1, end).map((line) => (line.startsWith('```') ? '' : line));
      const code = fenced.join('\n').trimEnd();
      const skipped = code.length - code.replace(/^\n+/, '').length;
      if (code.trim() !== '') found.push({ path, line: first + at + 1 + skipped, code: code.slice(skipped) });
    }
  }
  return found;
}

/** The `ts` blocks of a Markdown file. */
export function examplesInMarkdown(path: string, text: string = readFileSync(path, 'utf8')): Example[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((block) => ({
    path,
    line: text.slice(0, block.index).split('\n').length + 1,
    code: (block[1] ?? '').trimEnd(),
  }));
}

/** Whether an expression is a literal, or built from literals and calls of known functions alone. */
function isValue(node: ts.Expression, known: ReadonlySet<string>): boolean {
  const every = (nodes: readonly ts.Expression[]) => nodes.every((one) => isValue(one, known));
  if (ts.isParenthesizedExpression(node)) return isValue(node.expression, known);
  if (ts.isPrefixUnaryExpression(node)) return isValue(node.operand, known);
  if (ts.isArrayLiteralExpression(node)) return every(node.elements);
  if (ts.isCallExpression(node)) return ts.isIdentifier(node.expression) && known.has(node.expression.text) && every(node.arguments);
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every((one) => ts.isPropertyAssignment(one) && isValue(one.initializer, known));
  if (ts.isIdentifier(node)) return ['undefined', 'NaN', 'Infinity'].includes(node.text);
  return (
    ts.isLiteralExpression(node) || [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind)
  );
}

/** A comment as the text of an expected value, or undefined when it is prose. What follows the value is prose: `5, the mean of 1 and 9`. */
function expectedValue(comment: string, known: ReadonlySet<string>): string | undefined {
  const ends = [...comment.matchAll(/[,:;]\s|\s\(|$/g)].map(({ index }) => index).reverse();
  return ends.map((end) => comment.slice(0, end)).find((text) => isValueText(text, known));
}

function isValueText(text: string, known: ReadonlySet<string>): boolean {
  const file = parse('expected.ts', `(${text});`);
  const [statement, ...rest] = file.statements;
  const { parseDiagnostics } = file as ts.SourceFile & { parseDiagnostics: readonly unknown[] };
  if (!statement || rest.length > 0 || parseDiagnostics.length > 0 || !ts.isExpressionStatement(statement)) return false;
  return isValue(statement.expression, known);
}

/** The expression whose value a statement shows. */
function shown(statement: ts.ExpressionStatement): ts.Expression {
  const { expression } = statement;
  const logs =
    ts.isCallExpression(expression) && /^console\.log$/.test(expression.expression.getText()) && expression.arguments.length === 1;
  return logs ? (expression.arguments[0] as ts.Expression) : expression;
}

/** The trailing comment of a statement, on its last line. */
function trailingComment(statement: ts.Node, text: string): string | undefined {
  const [range] = ts.getTrailingCommentRanges(text, statement.end) ?? [];
  return range?.kind === ts.SyntaxKind.SingleLineCommentTrivia ? text.slice(range.pos + 2, range.end).trim() : undefined;
}

/** Names that an example binds at its top level, imports included. */
function declaredNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name);
  };
  for (const node of file.statements) {
    if (ts.isVariableStatement(node)) for (const one of node.declarationList.declarations) bind(one.name);
    else if ((ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) && node.name) names.add(node.name.text);
    else if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      if (clause?.name) names.add(clause.name.text);
      if (clause?.namedBindings && ts.isNamespaceImport(clause.namedBindings)) names.add(clause.namedBindings.name.text);
      else if (clause?.namedBindings && ts.isNamedImports(clause.namedBindings))
        for (const { name } of clause.namedBindings.elements) names.add(name.text);
    }
  }
  return names;
}

function usedNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** A text with parts of it replaced; the parts do not overlap. */
function replaceParts(text: string, parts: readonly { from: number; to: number; by: string }[]): string {
  return [...parts].sort((a, b) => b.from - a.from).reduce((done, { from, to, by }) => done.slice(0, from) + by + done.slice(to), text);
}

/**
 * An example as the text of a module that throws when a value is not what its comment says.
 *
 * @param exported the names that the example may use without importing them, by the module that has them; the first wins
 * @param moduleOf the file of a bare specifier, where Node would not find it from the module's place
 */
export function toModule(
  example: Example,
  exported: readonly { module: string; names: readonly string[] }[],
  moduleOf: (specifier: string) => string | undefined,
): string {
  const file = parse('example.ts', example.code);
  const declared = declaredNames(file);
  const used = usedNames(file);
  const known = new Set(exported.flatMap(({ names }) => names));
  const parts: { from: number; to: number; by: string }[] = [];
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      const literal = statement.moduleSpecifier as ts.StringLiteral;
      const target = moduleOf(literal.text);
      if (target) parts.push({ from: literal.getStart(file), to: literal.end, by: JSON.stringify(target) });
    }
    if (!ts.isExpressionStatement(statement)) continue;
    const comment = trailingComment(statement, example.code);
    if (!comment) continue;
    const line = example.line + file.getLineAndCharacterOfPosition(statement.getStart(file)).line;
    const expression = shown(statement).getText(file);
    const refusal = /^throws KumikoError(?:: (.*))?$/.exec(comment);
    const value = refusal ? undefined : expectedValue(comment, known);
    const from = statement.getStart(file);
    if (refusal)
      parts.push({
        from,
        to: statement.end,
        by: `await __throws(${line}, async () => (${expression}), ${JSON.stringify(refusal[1] ?? '')});`,
      });
    else if (value) {
      for (const name of usedNames(parse('expected.ts', `(${value});`))) used.add(name);
      parts.push({ from, to: statement.end, by: `await __equals(${line}, (${expression}), (${value}), ${JSON.stringify(value)});` });
    }
  }
  const taken = new Set(declared);
  const imports: string[] = [];
  for (const { module, names } of exported) {
    const wanted = names.filter((name) => used.has(name) && !taken.has(name));
    for (const name of wanted) taken.add(name);
    if (wanted.length > 0) imports.push(`import { ${wanted.join(', ')} } from ${JSON.stringify(module)};`);
  }
  if (!declared.has('tf')) imports.push(`import * as tf from '@tensorflow/tfjs-core';`);
  imports.push(`import { equals as __equals, throws as __throws } from ${JSON.stringify(join(root, 'tools/example-assertions.ts'))};`);
  return `${imports.join(' ')}\n${replaceParts(example.code, parts)}\nexport {};\n`;
}

/** Every example of a package. */
function examplesOf(one: Package): Example[] {
  const sources = findSources(one).filter((path) => !isTest(path) && !isAssembly(path));
  const readme = join(one.folder, 'README.md');
  return [
    ...sources.flatMap((path) => examplesInSource(join(one.folder, 'src', path))),
    ...(existsSync(readme) ? examplesInMarkdown(readme) : []),
  ];
}

/** The file of a `@kumiko/*` specifier. */
function moduleOf(specifier: string): string | undefined {
  return specifier.startsWith(scope) ? join(root, 'packages', specifier.slice(scope.length), 'src/index.ts') : undefined;
}

/** Names that exist when the program runs; none when the module cannot be loaded, so that its examples fail and not the run. */
async function namesOf(path: string): Promise<{ module: string; names: string[] }> {
  try {
    return { module: path, names: Object.keys((await import(path)) as object).filter((name) => name !== 'default') };
  } catch (error) {
    console.error(`${relative(root, path)}: ${String(error)}`);
    return { module: path, names: [] };
  }
}

async function writeExamples(packages: readonly Package[], folder: string): Promise<{ module: string; at: string }[]> {
  const written: { module: string; at: string }[] = [];
  const write = async (example: Example, index: string | undefined): Promise<void> => {
    const own = example.path.endsWith('.ts') ? [await namesOf(example.path)] : [];
    const exported = [...own, ...(index ? [await namesOf(index)] : []), await namesOf(join(root, 'packages/core/src/index.ts'))];
    const at = `${relative(root, example.path)}:${example.line}`;
    const module = join(folder, `${at.replace(/[^a-z0-9]+/gi, '-')}.ts`);
    writeFileSync(module, toModule(example, exported, moduleOf));
    written.push({ module, at });
  };
  for (const one of packages) for (const example of examplesOf(one)) await write(example, join(one.folder, 'src/index.ts'));
  const readme = join(root, 'README.md');
  if (packages.length > 1 && existsSync(readme)) for (const example of examplesInMarkdown(readme)) await write(example, undefined);
  return written;
}

if (process.argv[1] === import.meta.filename) {
  const condition = '--conditions=@kumiko/source';
  if (!process.execArgv.includes(condition)) {
    const { status } = spawnSync(process.execPath, [condition, '--disable-warning=ExperimentalWarning', ...process.argv.slice(1)], {
      stdio: 'inherit',
    });
    process.exit(status ?? 1);
  }
  const wanted = process.argv.slice(2);
  const published = findPackages().filter(({ manifest }) => !manifest.private);
  const unknown = wanted.filter((name) => !published.some((one) => one.name === name));
  if (unknown.length > 0) {
    console.error(`expected names of packages, such as ${published[0]?.name}, got ${unknown.join(', ')}`);
    process.exit(1);
  }
  const packages = published.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const folder = join(root, '.cache/doc-examples');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { runExamples } = await import('./example-assertions.ts');
  const examples = await writeExamples(packages, folder);
  process.chdir(folder); // for what an example writes
  process.exit(await runExamples(examples));
}
