import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** An import or re-export of one module by another. */
export interface Import {
  readonly specifier: string;
  /** Counted from 1. */
  readonly line: number;
  /** Erased before the program runs. */
  readonly typeOnly: boolean;
  /** `import('...')`: loaded when it is reached, if at all. */
  readonly dynamic: boolean;
}

/** Parses a file; positions and comments are kept, nothing is resolved or type-checked. */
export function parse(path: string, text: string = readFileSync(path, 'utf8')): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) {
    if (node.isTypeOnly) return true;
    const clause = node.exportClause;
    return (
      clause !== undefined && ts.isNamedExports(clause) && clause.elements.length > 0 && clause.elements.every((one) => one.isTypeOnly)
    );
  }
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  if (clause.name || !bindings || !ts.isNamedImports(bindings)) return false;
  return bindings.elements.length > 0 && bindings.elements.every((one) => one.isTypeOnly);
}

/** Every import of a file: static, dynamic, re-exports, and `import('...')` in types. */
export function importsOf(file: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (literal: ts.Node | undefined, typeOnly: boolean, dynamic: boolean): void => {
    if (!literal || !ts.isStringLiteralLike(literal)) return;
    const { line } = file.getLineAndCharacterOfPosition(literal.getStart(file));
    found.push({ specifier: literal.text, line: line + 1, typeOnly, dynamic });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node), false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true, false);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false, true);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
