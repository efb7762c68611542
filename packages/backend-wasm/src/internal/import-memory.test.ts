import { expect, test } from 'vitest';
import { base64 } from '../generated/tfjs-simd.ts';
import { decodeBase64 } from './decode-base64.ts';
import { importMemory } from './import-memory.ts';

/** (module (memory (export "memory") 1 2) (func (export "peek") (param i32) (result i32) local.get 0 i32.load)) */
const defined = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 5, 4, 1, 1, 1, 2, 7, 17, 2, 6, 109, 101, 109, 111, 114, 121, 2, 0,
  4, 112, 101, 101, 107, 0, 0, 10, 9, 1, 7, 0, 32, 0, 40, 2, 0, 11,
]);

function peek(binary: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): number {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  return (instance.exports['peek'] as (pointer: number) => number)(8);
}

test.each([true, false])('a memory the module defined becomes an import (shared: %s)', (shared) => {
  const memory = new WebAssembly.Memory({ initial: 3, maximum: 40_000, shared });
  new Int32Array(memory.buffer)[2] = 77;
  expect(peek(importMemory(defined, { initial: 3, maximum: 40_000, shared }), memory)).toBe(77);
});

test('the limits of an imported memory are replaced: shared to unshared, bounded to unbounded', () => {
  const shared = importMemory(defined, { initial: 1, maximum: 65_536, shared: true });
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Int32Array(memory.buffer)[2] = 5;
  expect(peek(importMemory(shared, { initial: 1, shared: false }), memory)).toBe(5);
});

test("tfjs' binary keeps all its imports and functions", () => {
  const binary = decodeBase64(base64);
  const before = new WebAssembly.Module(binary);
  const after = new WebAssembly.Module(importMemory(binary, { initial: 256, maximum: 65_536, shared: true }));
  const functions = (module: WebAssembly.Module): string[] => WebAssembly.Module.exports(module).map(({ name }) => name);
  expect(functions(after)).toEqual(functions(before));
  expect(WebAssembly.Module.imports(after)).toEqual([
    ...WebAssembly.Module.imports(before),
    { module: 'env', name: 'memory', kind: 'memory' },
  ]);
});

test('something else than a module is refused', () => {
  expect(() => importMemory(new TextEncoder().encode('<!doctype html>'), { initial: 1, shared: false })).toThrow(
    'importMemory: expected a WASM module, got 15 bytes of something else. Check the wasm({ url }) option.',
  );
});
