/**
 * Which modules and names a package exports. A module of `src/` is public unless
 *
 * - it is a test, a benchmark, AssemblyScript, a declaration file, or `index.ts`;
 * - its first line is `/** @internal *\/` or starts so;
 * - it lies in a folder named `internal`, `generated`, `kernels` or `assembly`;
 * - it lies in a folder that has a module of the folder's own name (`gelu/gelu.ts`): such a folder is one atom, and that
 *   module is its face;
 * - it exports nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { parse } from './imports.ts';
import { findSources, isAssembly, isTest, type Package } from './packages.ts';

/** A name that a package exports. */
export interface Export {
  readonly name: string;
  /** Erased when the program runs: an interface or a type. */
  readonly typeOnly: boolean;
  /** The docstring without its stars, tags included; empty when there is none. */
  readonly doc: string;
}

const hiddenFolders = new Set(['internal', 'generated', 'assembly', 'kernels']);

function isPublic(one: Package, path: string): boolean {
  if (path === 'index.ts' || path.endsWith('.d.ts') || isTest(path) || isAssembly(path)) return false;
  const folders = path.split('/').slice(0, -1);
  if (folders.some((folder) => hiddenFolders.has(folder))) return false;
  for (let depth = 1; depth <= folders.length; depth++) {
    const face = `${folders.slice(0, depth).join('/')}/${folders[depth - 1]}.ts`;
    if (path !== face && existsSync(join(one.folder, 'src', face))) return false;
  }
  const text = readFileSync(join(one.folder, 'src', path), 'utf8');
  return !/^\/\*\* @internal\b/.test(text) && exportsOf(join(one.folder, 'src', path)).length > 0;
}

/** The public modules of a package, as paths below `src/`, sorted. */
export function publicModules(one: Package): string[] {
  return findSources(one).filter((path) => isPublic(one, path));
}

/** The docstring directly above a node, without comment marks. */
export function docOf(node: ts.Node, file: ts.SourceFile): string {
  const ranges = ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [];
  const docs = ranges.map(({ pos, end }) => file.text.slice(pos, end)).filter((text) => text.startsWith('/**'));
  return stripStars(docs.at(-1) ?? '');
}

/** A comment's text without its opening, closing and leading stars. */
function stripStars(comment: string): string {
  return comment
    .replace(/^\/\*\*+/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

function isExported(node: ts.Statement): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);
}

/** The names that a module exports, its re-exports of other modules of the package included, in order; an overloaded function once. */
export function exportsOf(path: string): Export[] {
  const file = parse(path);
  const found = new Map<string, Export>();
  const add = (name: string, typeOnly: boolean, doc: string): void => {
    const earlier = found.get(name);
    found.set(name, { name, typeOnly: typeOnly && (earlier?.typeOnly ?? true), doc: earlier?.doc || doc });
  };
  for (const node of file.statements) {
    if (ts.isExportDeclaration(node)) {
      const specifier = node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : '';
      const target = specifier.startsWith('.') ? exportsOf(resolve(dirname(path), specifier)) : [];
      if (!node.exportClause) for (const { name, typeOnly, doc } of target) add(name, typeOnly || node.isTypeOnly, doc);
      else if (ts.isNamedExports(node.exportClause)) {
        for (const { name, propertyName, isTypeOnly } of node.exportClause.elements) {
          const origin = target.find((one) => one.name === (propertyName ?? name).text);
          add(name.text, isTypeOnly || node.isTypeOnly || origin?.typeOnly === true, origin?.doc ?? '');
        }
      } else add(node.exportClause.name.text, false, '');
    } else if (isExported(node)) {
      const doc = docOf(node, file);
      if (ts.isVariableStatement(node)) {
        for (const { name } of node.declarationList.declarations) if (ts.isIdentifier(name)) add(name.text, false, doc);
      } else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)) {
        if (node.name) add(node.name.text, false, doc);
      } else if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) add(node.name.text, true, doc);
    }
  }
  return [...found.values()].filter(({ doc }) => !/(^|\n)@internal\b/.test(doc));
}

/** The first sentence of a docstring, on one line, with links as code. */
export function firstSentence(doc: string): string {
  const text = (doc.split(/\n\s*\n|\n@/)[0] ?? '')
    .replace(/\{@link\s+([^}|\s]+)[^}]*\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
  return /^(.*?[.!?])(?:\s(?=[A-Z`'"(])|$)/.exec(text)?.[1] ?? text;
}
