import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, flatten, isKumikoError, leaves, mapTree, sameStructure, type Tree, type TreeOf } from '@kumiko/core';
import fc from 'fast-check';
import { afterEach, assert, beforeEach, describe, expect, test } from 'vitest';
import golden from '../../../fixtures/formats/types.json' with { type: 'json' };
import { fromSafetensors } from './from-safetensors.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import { toSafetensors } from './to-safetensors.ts';

let tensorsBefore = 0;
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors');
});

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../../fixtures/formats/${name}`, import.meta.url)));

/** A file with this header, as text, and so many bytes of data. */
function file(header: string | Uint8Array, data: number | readonly number[] = 0): Uint8Array {
  const head = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const body = typeof data === 'number' ? new Uint8Array(data) : Uint8Array.from(data);
  const bytes = new Uint8Array(8 + head.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  bytes.set(body, 8 + head.length);
  return bytes;
}

const entry = (dtype: unknown, shape: unknown, offsets: unknown): string => JSON.stringify({ dtype, shape, data_offsets: offsets });

/** Every leaf as its type, shape and values. */
const describeTree = (tree: Tree): unknown =>
  mapTree((tensor: tf.Tensor) => JSON.stringify([tensor.dtype, tensor.shape, [...tensor.dataSync()].map(String)]), tree);

describe('toSafetensors', () => {
  test('writes these bytes', async () => {
    const tree = { a: tf.tensor1d([1, -2]), b: tf.scalar(true, 'bool'), c: tf.tensor2d([[3]], [1, 1], 'int32') };
    const bytes = await toSafetensors(tree, { epoch: '3' });
    // The bool, of one byte, lies behind the int32, so that both are aligned; the header keeps the order of the tree.
    const header =
      '{"__metadata__":{"epoch":"3"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},' +
      '"b":{"dtype":"BOOL","shape":[],"data_offsets":[12,13]},"c":{"dtype":"I32","shape":[1,1],"data_offsets":[8,12]}}';
    expect(header.length).toBe(194);
    // 1 is 3f800000, -2 is c0000000; 194 is padded to 200 = 0xc8.
    const data = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 3, 0, 0, 0, 1];
    expect([...bytes]).toEqual([0xc8, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(`${header}      `), ...data]);
    disposeTree(tree);
  });

  test('writes the bytes of the reference implementation', async () => {
    const tree = { dense: { bias: tf.tensor1d([0.5, -1]), kernel: tf.tensor2d([1, 2, 3, 4], [2, 2]) } };
    expect(await toSafetensors(tree)).toEqual(fixture('nested.safetensors'));
    disposeTree(tree);
  });

  test('keeps the structure only where names do not say it', async () => {
    const metadata = async (tree: Tree): Promise<unknown> => {
      const bytes = await toSafetensors(tree);
      disposeTree(tree);
      return Object.fromEntries(readSafetensorsHeader(bytes).metadata);
    };
    expect(await metadata({ a: { b: tf.scalar(1) } })).toEqual({});
    expect(await metadata({ a: [tf.scalar(1), { b: tf.scalar(2) }], c: {} })).toEqual({ 'kumiko.structure': '{"a":[0,{"b":0}],"c":{}}' });
  });

  test('refuses what a file cannot hold', async () => {
    const complex = tf.complex([1], [2]);
    await expect(toSafetensors({ a: [complex] })).rejects.toThrow(
      "toSafetensors: expected float32, int32 or bool, got complex64 at 'a/0'. Cast it, or take it out of the tree.",
    );
    complex.dispose();
    const x = tf.scalar(1);
    await expect(toSafetensors({ __metadata__: x })).rejects.toThrow("expected another name than '__metadata__', got that.");
    await expect(toSafetensors({ a: { 'b/c': x } })).rejects.toThrow(
      "toSafetensors: expected names that are not empty, have no '/' and are not '__proto__', got 'b/c' in 'a'. Rename it before it is written.",
    );
    await expect(toSafetensors(JSON.parse('{"__proto__":[]}') as Tree)).rejects.toThrow("got '__proto__' in ''");
    await expect(toSafetensors(x, { 'kumiko.structure': '0' })).rejects.toThrow("expected metadata of texts without 'kumiko.structure'");
    await expect(toSafetensors(x, { epoch: 3 as never })).rejects.toThrow("got number at 'epoch'. Pass for example { epoch: '3' }.");
    x.dispose();
  });
});

describe('fromSafetensors', () => {
  test('reads what the reference implementation wrote', () => {
    const bytes = fixture('types.safetensors');
    expect(Object.fromEntries(readSafetensorsHeader(bytes).metadata)).toEqual({ format: 'np' });
    const tree = fromSafetensors(bytes) as Record<string, tf.Tensor>;
    expect(Object.keys(tree).sort()).toEqual(Object.keys(golden.tensors).sort());
    for (const [name, { shape, values }] of Object.entries(golden.tensors)) {
      const tensor = tree[name]!;
      expect([name, tensor.shape]).toEqual([name, shape]);
      expect([name, [...tensor.dataSync()]]).toEqual([
        name,
        (values as (number | string)[]).map((v) => (v === 'inf' ? Infinity : Number(v))),
      ]);
      expect([name, tensor.dtype]).toEqual([name, name === 'bool' ? 'bool' : /^f|scalar|empty/.test(name) ? 'float32' : 'int32']);
    }
    disposeTree(tree);
  });

  const leaf = fc.oneof(
    fc.array(fc.float(), { maxLength: 5 }).map((values) => () => tf.tensor1d(values, 'float32')),
    fc.array(fc.integer(), { maxLength: 4 }).map((values) => () => tf.tensor(values, [values.length, 1, 1], 'int32')),
    fc.boolean().map((value) => () => tf.scalar(value, 'bool')),
    fc.float().map((value) => () => tf.scalar(value)),
  );
  // Without the name `\`: after `{"a":0,"\\":0}`, V8's JSON.parse (Node 24) reads `{"a":0,"\"":0}` as if it were the same text.
  const name = fc.oneof(
    fc.constantFrom('constructor', 'toString', '0', '10', '2', 'é', '"', '\\\\', '\ud800'),
    fc.string({ minLength: 1, maxLength: 4 }).filter((text) => !text.includes('/') && !['__proto__', '__metadata__', '\\'].includes(text)),
  );
  const tree = fc.letrec<{ tree: TreeOf<() => tf.Tensor> }>((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(name, tie('tree'), { maxKeys: 3 })),
  })).tree;

  test('gives back the tree that toSafetensors wrote: structure, order, types, shapes, values', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (makers) => {
        const written = mapTree((make: () => tf.Tensor) => make(), makers);
        const bytes = await toSafetensors(written);
        const header = readSafetensorsHeader(bytes);
        const read = fromSafetensors(bytes);
        expect(sameStructure(read, written)).toBe(true);
        expect(describeTree(read)).toEqual(describeTree(written));
        expect(flatten(read).map((one) => one.name)).toEqual(flatten(written).map((one) => one.name));
        expect(header.entries.map((one) => one.name).sort()).toEqual(
          flatten(written)
            .map((one) => one.name)
            .sort(),
        );
        for (const { dtype, begin } of header.entries) if (dtype !== 'BOOL') expect(begin % 4).toBe(0);
        disposeTree([read, written]);
      }),
    );
  });

  test('reads views and shared memory, and shares nothing with them', async () => {
    const x = tf.tensor1d([1, 2]);
    const bytes = await toSafetensors({ x });
    x.dispose();
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
    shared.set(bytes);
    const read = fromSafetensors(shared) as { x: tf.Tensor };
    shared.fill(0);
    expect([...read.x.dataSync()]).toEqual([1, 2]);
    expect(read.x.dataSync().buffer).not.toBe(shared.buffer);
    disposeTree(read);
    const node = Buffer.from(bytes);
    const again = fromSafetensors(node) as { x: tf.Tensor };
    node.fill(0);
    expect([...again.x.dataSync()]).toEqual([1, 2]);
    disposeTree(again);
  });

  test('files of others: a level of records for each part of a name', () => {
    const f = (begin: number): string => entry('F32', [], [begin, begin + 4]);
    const read = fromSafetensors(file(`{"b/0":${f(0)},"a.weight":${f(4)},"b/x/y":${f(8)}}  `, 12));
    expect(mapTree(() => 0, read)).toEqual({ b: { 0: 0, x: { y: 0 } }, 'a.weight': 0 });
    disposeTree(read);
    expect(fromSafetensors(file('{}'))).toEqual({});
  });
});

describe('hostile files', () => {
  const ok = entry('F32', [2], [0, 8]);
  const structure = (text: string): string => `{"__metadata__":${JSON.stringify({ 'kumiko.structure': text })},"a":${ok}}`;
  const cases: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(0), 'at least 8 bytes, got 0'],
    ['seven bytes', new Uint8Array(7), 'at least 8 bytes, got 7'],
    ['an empty header', file(''), "a header that starts with '{'"],
    ['a header longer than the file', Uint8Array.from([9, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]), '9 bytes of header, got 2'],
    ['a header of 4 GiB', Uint8Array.from([0, 0, 0, 0, 1, 0, 0, 0, 0x7b]), 'a header of at most 100000000 bytes, got 4294967296'],
    ['a header of 2^64 - 1 bytes', new Uint8Array(16).fill(255), 'a header of at most 100000000 bytes'],
    ['no UTF-8', file(Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])), 'a header in UTF-8, got other bytes'],
    ['a byte order mark', file('\ufeff{}'), "a header that starts with '{'"],
    ['leading blanks', file(' {}'), "a header that starts with '{'"],
    ['no JSON', file('{"a":'), 'a header in JSON, got other text'],
    ['text behind the JSON', file('{}x'), 'a header in JSON, got other text'],
    ['very deep JSON', file(`{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`), ''],
    ['metadata of numbers', file('{"__metadata__":{"a":1}}'), "__metadata__ to hold strings, got a value of type number for 'a'"],
    ['metadata in an array', file('{"__metadata__":[]}'), '__metadata__ to be a JSON object, got an array'],
    ['an entry that is null', file('{"a":null}'), "'a' to be a JSON object, got null"],
    ['an unknown dtype', file(`{"a":${entry('F33', [2], [0, 8])}}`, 8), 'a known dtype for \'a\', got "F33"'],
    ['an inherited dtype', file(`{"a":${entry('toString', [2], [0, 8])}}`, 8), "a known dtype for 'a'"],
    ['no dtype', file('{"a":{"shape":[2],"data_offsets":[0,8]}}', 8), "a known dtype for 'a', got undefined"],
    ['a negative axis', file(`{"a":${entry('F32', [-2, -1], [0, 8])}}`, 8), "a shape of integers >= 0 for 'a', got [-2,-1]"],
    ['a fractional axis', file(`{"a":${entry('F32', [0.5, 4], [0, 8])}}`, 8), "a shape of integers >= 0 for 'a'"],
    ['a shape that is text', file(`{"a":${entry('F32', '2', [0, 8])}}`, 8), "a shape of integers >= 0 for 'a'"],
    ['a shape beyond 2^53', file(`{"a":${entry('F32', [2 ** 40, 2 ** 40], [0, 8])}}`, 8), "bytes for 'a' of type F32"],
    ['a shape that wraps at 2^64', file(`{"a":${entry('F32', [2 ** 32, 2 ** 32], [0, 0])}}`), "bytes for 'a' of type F32"],
    ['a huge shape of nothing', file(`{"a":${entry('F32', [2 ** 52], [0, 2 ** 54])}}`), "data_offsets of 'a'"],
    ['a size that is not the shape', file(`{"a":${entry('F32', [3], [0, 8])}}`, 8), "12 bytes for 'a' of type F32 and shape [3], got 8"],
    ['negative offsets', file(`{"a":${entry('F32', [2], [-8, 0])}}`, 8), "two integers >= 0 as data_offsets of 'a', got [-8,0]"],
    ['offsets the wrong way', file(`{"a":${entry('F32', [2], [8, 0])}}`, 8), "8 bytes for 'a' of type F32 and shape [2], got -8"],
    ['three offsets', file(`{"a":${entry('F32', [2], [0, 8, 8])}}`, 8), 'two integers >= 0'],
    ['offsets beyond the end', file(`{"a":${ok}}`, 4), "8 bytes of data for 'a', got 4"],
    ['offsets of 4 PiB', file(`{"a":${entry('U8', [2 ** 52], [0, 2 ** 52])}}`, 8), `${2 ** 52} bytes of data for 'a', got 8`],
    ['overlap', file(`{"a":${ok},"b":${entry('F32', [2], [4, 12])}}`, 12), "so that 'b' begins at 8, got 4"],
    ['the same place twice', file(`{"a":${ok},"b":${ok}}`, 8), "so that 'b' begins at 8, got 0"],
    ['a gap', file(`{"a":${ok},"b":${entry('F32', [1], [12, 16])}}`, 16), "so that 'b' begins at 8, got 12"],
    ['a gap at the start', file(`{"a":${entry('F32', [1], [4, 8])}}`, 8), "so that 'a' begins at 0, got 4"],
    ['bytes at the end', file(`{"a":${ok}}`, 9), '8 bytes of data, got 9'],
    ['a name twice', file(`{"a":${ok},"a":${ok}}`, 8), "names that occur once, got 'a' twice"],
    ['a name twice, once escaped', file(`{"a":${ok},"\\u0061":${ok}}`, 8), "names that occur once, got 'a' twice"],
    [
      'a field twice',
      file('{"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}', 8),
      "names that occur once, got 'shape' twice",
    ],
    ['__proto__ as a name', file(`{"__proto__":${ok}}`, 8), "got '__proto__' in '__proto__'"],
    ['__proto__ as a part', file(`{"a/__proto__/b":${ok}}`, 8), "got '__proto__' in 'a/__proto__/b'"],
    ['an empty part', file(`{"a//b":${ok}}`, 8), "got '' in 'a//b'"],
    ['a tensor in a tensor', file(`{"a":${entry('F32', [1], [0, 4])},"a/b":${entry('F32', [1], [4, 8])}}`, 8), "got 'a/b' beside a tensor"],
    ['a record over a tensor', file(`{"a/b":${entry('F32', [1], [0, 4])},"a":${entry('F32', [1], [4, 8])}}`, 8), "got 'a' beside a tensor"],
    ['a very deep name', file(`{"${'a/'.repeat(5000)}a":${ok}}`, 8), 'expected names of at most 1000 parts, got 5001'],
    ['a structure that is no JSON', file(structure('{'), 8), 'expected the stored structure to be JSON'],
    ['a structure of other names', file(structure('{"b":0}'), 8), 'expected the 1 tensors that the stored structure names, got others'],
    ['a structure with more', file(structure('{"a":0,"b":0}'), 8), 'expected the 1 tensors that the stored structure names, got others'],
    [
      'a structure with other leaves',
      file(structure('{"a":"x"}'), 8),
      'expected the 1 tensors that the stored structure names, got others',
    ],
    ['a structure with __proto__', file(structure('{"a":0,"__proto__":[]}'), 8), "got '__proto__' in ''"],
    ['a very deep structure', file(structure(`${'['.repeat(5000)}${']'.repeat(5000)}`), 8), 'expected a tree at most 1000 levels deep'],
    ['a bool of 2', file(`{"a":${entry('BOOL', [1], [0, 1])}}`, [2]), "expected 0 or 1 in 'a' of type BOOL, got another byte"],
    [
      'an I64 of 2^31',
      file(`{"a":${entry('I64', [1], [0, 8])}}`, [0, 0, 0, 0x80, 0, 0, 0, 0]),
      "in the range of int32, got 2147483648 in 'a'",
    ],
    ['an I64 of -2^31 - 1', file(`{"a":${entry('I64', [1], [0, 8])}}`, [255, 255, 255, 127, 255, 255, 255, 255]), "got -2147483649 in 'a'"],
    ['a U32 of 2^31', file(`{"a":${entry('U32', [1], [0, 4])}}`, [0, 0, 0, 0x80]), "in the range of int32, got 2147483648 in 'a'"],
    // 0x7fe0000000000000 is 2^1023.
    [
      'an F64 beyond float32',
      file(`{"a":${entry('F64', [1], [0, 8])}}`, [0, 0, 0, 0, 0, 0, 0xe0, 0x7f]),
      "in the range of float32, got 8.98846567431158e+307 in 'a'",
    ],
    [
      'an F8',
      file(`{"a":${entry('F8_E4M3', [1], [0, 1])}}`, 1),
      "expected a type that tensors can have, got F8_E4M3 for 'a'. Convert it to F32",
    ],
  ];

  test.each(cases)('%s', (_name, bytes, message) => {
    const error = (() => {
      try {
        fromSafetensors(bytes);
      } catch (caught) {
        return caught;
      }
      return undefined;
    })();
    expect(isKumikoError(error)).toBe(true);
    expect((error as Error).message).toContain(message);
    expect(({} as Record<string, unknown>)['dtype']).toBeUndefined();
  });

  test('a long header of escapes is read in time', () => {
    const name = '\\"'.repeat(2_000_000);
    const read = fromSafetensors(file(`{"${name}":${ok}}`, 8));
    expect(Object.keys(read)[0]).toBe('"'.repeat(2_000_000));
    disposeTree(read);
  });

  test('any change of a file is read or refused, never a crash', async () => {
    const original = { a: [tf.tensor1d([1, 2]), tf.scalar(true, 'bool')], b: { c: tf.tensor2d([[1, 2]], [1, 2], 'int32') }, d: {} };
    const bytes = await toSafetensors(original, { note: 'x' });
    disposeTree(original);
    let refused = 0;
    const attempt = (mutated: Uint8Array): void => {
      try {
        disposeTree(fromSafetensors(mutated));
      } catch (error) {
        if (!isKumikoError(error)) throw error;
        refused++;
      }
    };
    const change = fc.tuple(
      fc.nat(bytes.length - 1),
      fc.oneof(fc.nat(255), fc.constantFrom(...new TextEncoder().encode('{}[]",:0129-/\\'))),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(bytes.length), fc.boolean(), (changes, length, cut) => {
        const mutated = Uint8Array.from(bytes);
        for (const [at, byte] of changes) mutated[at] = byte;
        attempt(cut ? mutated.subarray(0, length) : mutated);
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(1000);
    for (let length = 0; length < bytes.length; length++) {
      const before = refused;
      attempt(bytes.subarray(0, length));
      expect(refused).toBe(before + 1);
    }
  });

  test('random bytes behind a plausible length are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.json(), (data, json) => {
        for (const bytes of [data, file(json, [...data]), file(`{"a":${json}}`, [...data])]) {
          try {
            const read = fromSafetensors(bytes);
            expect(leaves(read).length).toBeLessThan(2);
            disposeTree(read);
          } catch (error) {
            if (!isKumikoError(error)) throw error;
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
