import { expect, test } from 'vitest';
import { uniqueNames } from './unique-names.ts';

test('numbers repeated names in order and leaves the others', () => {
  expect(uniqueNames([])).toEqual([]);
  expect(uniqueNames(['dense', 'relu', 'dense', 'dense'])).toEqual(['dense', 'relu', 'dense_1', 'dense_2']);
});

test('never takes a name that was given to another', () => {
  expect(uniqueNames(['a', 'a', 'a_1'])).toEqual(['a', 'a_2', 'a_1']);
  expect(uniqueNames(['a_1', 'a', 'a'])).toEqual(['a_1', 'a', 'a_2']);
});

test('refuses names that cannot key a record of trees', () => {
  expect(() => uniqueNames(['a/b'])).toThrow(
    "uniqueNames: expected a name that is not empty, not a whole number and has no '/', got 'a/b'",
  );
  expect(() => uniqueNames([''])).toThrow('uniqueNames');
  expect(() => uniqueNames(['0'])).toThrow("got '0'");
});
