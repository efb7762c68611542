import { expect, test } from 'vitest';
import { functionParameters } from './function-parameters.ts';
import { importMemory } from './import-memory.ts';

/** `(module (type (func (param i32 f32 v128))) (type (func (param i64 f64))) (import "7" "x" (func (type 1))) (func (type 0)) ...)`. */
const binary = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 12, 2, 0x60, 3, 0x7f, 0x7d, 0x7b, 0, 0x60, 2, 0x7e, 0x7c, 0],
  ...[2, 7, 1, 1, 0x37, 1, 0x78, 0, 1],
  ...[3, 2, 1, 0],
  ...[7, 9, 2, 1, 0x61, 0, 1, 1, 0x62, 0, 0],
  ...[10, 4, 1, 2, 0, 0x0b],
]);

test('the types of exported functions, those that were imported included', () => {
  expect(WebAssembly.validate(binary)).toBe(true);
  const expected = [
    ['a', ['i32', 'f32', 'v128']],
    ['b', ['i64', 'f64']],
  ];
  expect([...functionParameters(binary)()]).toEqual(expected);
  // A memory among the imports, shared or not, is no function.
  for (const shared of [true, false]) {
    const whole = importMemory(binary, { initial: 1, maximum: 300, shared });
    expect([...functionParameters(whole)()]).toEqual(expected);
  }
});

test('a module without functions has none', () => {
  expect(functionParameters(binary.subarray(0, 8))().size).toBe(0);
});
