import { check } from '@kumiko/core';

/** Names that one of the patterns fits: a regular expression, or a text in which `*` is anything but `/` and `**` anything. */
export function matchingNames(symbol: string, patterns: readonly (string | RegExp)[], names: readonly string[]): ReadonlySet<string> {
  const matched = new Set<string>();
  for (const pattern of patterns) {
    const expression = typeof pattern === 'string' ? toExpression(pattern) : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
    const found = names.filter((name) => expression.test(name));
    check(
      found.length > 0,
      symbol,
      () =>
        `expected patterns that fit a parameter, got '${String(pattern)}' beside ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}. Spell a path of the parameters.`,
    );
    for (const name of found) matched.add(name);
  }
  return matched;
}

function toExpression(pattern: string): RegExp {
  const parts = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')));
  return new RegExp(`^${parts.join('')}$`);
}
