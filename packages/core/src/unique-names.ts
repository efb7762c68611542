import { check } from './check.ts';

/**
 * Names made distinct, in order: the second `dense` becomes `dense_1`, the third `dense_2`. A name that occurs once stays as it is.
 * The result can key a record of trees: records keep the order in which such names were written.
 *
 * @throws KumikoError when a name is empty, contains `/` (the separator of paths) or is a whole number (records would reorder it)
 * @example
 * uniqueNames(['dense', 'relu', 'dense']); // ['dense', 'relu', 'dense_1']
 */
export function uniqueNames(names: readonly string[]): string[] {
  const given = new Set(names);
  const taken = new Set<string>();
  return names.map((name) => {
    check(
      name !== '' && !name.includes('/') && !/^\d+$/.test(name),
      'uniqueNames',
      () => `expected a name that is not empty, not a whole number and has no '/', got '${name}'. Pass for example 'dense'.`,
    );
    let unique = name;
    for (let count = 1; taken.has(unique) || (unique !== name && given.has(unique)); count++) unique = `${name}_${count}`;
    taken.add(unique);
    return unique;
  });
}
