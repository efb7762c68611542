import { check, mapTreeWithNames } from '@kumiko/core';

/** Options in [0, end), each as given or else its default; throws when one is not there. A function in place of a number passes: a schedule. */
export function checkedOptions<K extends string>(
  symbol: string,
  end: number,
  defaults: { readonly [option in K]?: number },
  given: { readonly [option in K]?: unknown },
): { readonly [option in K]: number } {
  return mapTreeWithNames<number, number>(
    (option, example) => {
      const value = (given[option as K] ?? example) as number;
      check(
        typeof value === 'function' || (value >= 0 && value < end),
        symbol,
        () => `expected ${option} in [0, ${end}), got ${value}. Pass for example ${example}.`,
      );
      return value;
    },
    defaults as { readonly [option in K]: number },
  ) as { readonly [option in K]: number };
}
