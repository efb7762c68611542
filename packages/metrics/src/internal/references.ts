import { check } from '@kumiko/core';

/** Throws unless every candidate has at least one reference. */
export function checkReferences(symbol: string, candidates: readonly string[], references: readonly (readonly string[])[]): void {
  check(
    candidates.length === references.length,
    symbol,
    () => `expected references for ${candidates.length} candidates, got them for ${references.length}. Pass a list of references for each.`,
  );
  const missing = references.findIndex((texts) => texts.length === 0);
  check(missing < 0, symbol, () => `expected at least one reference, got none for candidate ${missing}. Pass a right text for each.`);
}

/** Throws unless every candidate has its reference. */
export function checkTexts(symbol: string, candidates: readonly string[], references: readonly string[]): void {
  check(
    candidates.length === references.length,
    symbol,
    () => `expected as many references as candidates, got ${references.length} and ${candidates.length}. Pass one right text for each.`,
  );
}
