import { expect, test } from 'vitest';
import { attachWasmHost, findWasmHost, wasmHost, type WasmHost } from './wasm-host.ts';

const host = { threads: 3 } as WasmHost;

test('a backend keeps the host that was attached to it', () => {
  const backend = {};
  attachWasmHost(backend, host);
  expect(wasmHost(backend)).toBe(host);
  expect(findWasmHost(backend)).toBe(host);
  expect(Object.keys(backend)).toEqual([]);
});

test('other copies of the package find it', () => {
  expect(findWasmHost({ [Symbol.for('kumiko.wasm.host')]: host })).toBe(host);
});

test('a backend without one has none, and wasmHost says how to get it', () => {
  expect(findWasmHost({})).toBeUndefined();
  expect(() => wasmHost({})).toThrow(
    'wasmHost: expected a backend that wasm() started, got another one. Start it with selectBackend([wasm()]).',
  );
});
