import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertStateless, compileAssembly, findEntries, generateStock, isOutOfDate, variants } from './assembly.ts';

// The compiler reads sources below the repository's root only.
let folder: string;
beforeAll(() => {
  const cache = new URL('../.cache/', import.meta.url).pathname;
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'assembly-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const [simd, relaxed] = variants as [(typeof variants)[0], (typeof variants)[0]];

function write(name: string, source: string): string {
  const path = join(folder, `${name}.entry.as.ts`);
  writeFileSync(path, source);
  return path;
}

const scale = `export function scale(_task: i32, _tasks: i32, x: usize, by: f32): void {
  const factor = f32x4.splat(by);
  if (ASC_FEATURE_RELAXED_SIMD) v128.store(x, f32x4.relaxed_madd(v128.load(x), factor, f32x4.splat(0)));
  else v128.store(x, f32x4.mul(v128.load(x), factor));
}`;

test('a module runs on a memory that it is given, and its bytes are the same every time', async () => {
  const entry = write('scale', scale);
  const binary = await compileAssembly(entry, simd);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary as BufferSource), { env: { memory } });
  const floats = new Float32Array(memory.buffer, 16, 4).fill(3);
  (exports['scale'] as (...numbers: number[]) => void)(0, 1, 16, 2);
  expect([...floats]).toEqual([6, 6, 6, 6]);
  expect(Buffer.compare(await compileAssembly(entry, simd), binary)).toBe(0);
});

test('the relaxed build takes the other branch', async () => {
  const entry = write('scale', scale);
  const [plain, fused] = [await compileAssembly(entry, simd), await compileAssembly(entry, relaxed)];
  // f32x4.relaxed_madd is 0xfd 0x85 0x02.
  const isFused = (binary: Uint8Array) => Buffer.from(binary).includes(Buffer.from([0xfd, 0x85, 0x02]));
  expect([isFused(plain), isFused(fused)]).toEqual([false, true]);
});

test.each([
  ['a mutable global', 'let calls: i32 = 0; export function f(task: i32): i32 { calls += task; return calls; }', 'globals'],
  [
    'static data',
    'const table = memory.data<i32>([1, 2, 3]); export function f(task: i32): i32 { return load<i32>(table + task); }',
    'static data',
  ],
  ['another import', '@external("env", "now") declare function now(): f64; export function f(): f64 { return now(); }', 'imports [env.now'],
])('%s is refused', async (_, source, reason) => {
  await expect(compileAssembly(write('refused', source), simd)).rejects.toThrow(reason);
});

test('a module without an imported memory is refused', () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  expect(() => assertStateless(empty, 'empty')).toThrow('empty: expected a stateless module that imports env.memory alone, got imports []');
});

test('a mistake in the source comes with its place', async () => {
  await expect(compileAssembly(write('mistake', 'export function f(): i32 { return missing; }'), simd)).rejects.toThrow(
    /missing[^]*mistake\.entry\.as\.ts/,
  );
});

test('entries are found in every package', () => {
  expect(findEntries().map((path) => path.slice(path.indexOf('/packages/')))).toContain(
    '/packages/backend-wasm/src/assembly/kernels.entry.as.ts',
  );
});

test('a module is out of date when its file is missing or differs', () => {
  const path = join(folder, 'generated.ts');
  expect(isOutOfDate({ path, text: 'a' })).toBe(true);
  writeFileSync(path, 'a');
  expect(isOutOfDate({ path, text: 'a' })).toBe(false);
  expect(isOutOfDate({ path, text: 'b' })).toBe(true);
});

test('the stock binary is the published one, with its origin', () => {
  const { path, text } = generateStock();
  expect(text).toContain('@tensorflow/tfjs-backend-wasm 4.22.0');
  expect(text).toContain('SHA-256: 77ebb28a6d34f371dbbf2086b7f2de8994acd8ea5a3cf1fa24d2c26c840cac7b');
  expect(readFileSync(path, 'utf8')).toBe(text);
});
