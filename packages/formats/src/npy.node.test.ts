import '@tensorflow/tfjs-backend-cpu';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { disposeTree, isKumikoError, leaves, mapTree, sameStructure, type Tree } from '@kumiko/core';
import { afterEach, assert, beforeEach, describe, expect, test } from 'vitest';
import golden from '../../../fixtures/formats/arrays.json' with { type: 'json' };
import { fromNpy } from './from-npy.ts';
import { fromNpz } from './from-npz.ts';
import { toNpy } from './to-npy.ts';
import { toNpz } from './to-npz.ts';
import { toSafetensors } from './to-safetensors.ts';

let tensorsBefore = 0;
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors');
});

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../../fixtures/formats/${name}`, import.meta.url)));

type Golden = { readonly descr: string; readonly shape: readonly number[]; readonly values: readonly (number | string | number[])[] };
const arrays = golden.arrays as unknown as Readonly<Record<string, Golden>>;

/** Values of a tensor as the golden file has them. */
async function valuesOf(tensor: tf.Tensor): Promise<unknown[]> {
  if (tensor.dtype !== 'complex64') return Array.from(await tensor.data());
  const [real, imaginary] = tf.tidy(() => [tf.real(tensor).dataSync(), tf.imag(tensor).dataSync()]);
  return Array.from(real, (value, i) => [value, imaginary[i]]);
}

const typeOf = (descr: string): string => {
  const kind = descr[1] as string;
  return { f: 'float32', b: 'bool', c: 'complex64', U: 'string' }[kind] ?? 'int32';
};

/** A file with this header and so many bytes of data. */
function file(header: string, data: number | readonly number[] = 0, version = 1): Uint8Array {
  const head = new TextEncoder().encode(header);
  const body = typeof data === 'number' ? new Uint8Array(data) : Uint8Array.from(data);
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(start + head.length + body.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  new DataView(bytes.buffer).setUint16(8, head.length, true);
  bytes.set(head, start);
  bytes.set(body, start + head.length);
  return bytes;
}

describe('npy', () => {
  test('writes the bytes that numpy writes', async () => {
    const tensors: Record<string, tf.Tensor> = {
      f4: tf.tensor2d([1.5, -0, Infinity, 1e-45], [2, 2]),
      i4: tf.tensor1d([-(2 ** 31), 2 ** 31 - 1], 'int32'),
      b1: tf.tensor1d([true, false, true], 'bool'),
      c8: tf.complex([1, -0], [2, -3]),
      text: tf.tensor2d(['a', 'née', '', '\u{1f600}!'], [2, 2]),
      scalar: tf.scalar(2.5),
      empty: tf.tensor2d([], [0, 3]),
    };
    const bytes = golden.bytes as Record<string, string>;
    for (const [name, tensor] of Object.entries(tensors)) {
      const expected = Buffer.from(bytes[name] as string, 'hex');
      const written = await toNpy(tensor);
      // Numpy leaves room in its header for a longer first axis; its text and the elements are the same.
      expect([name, headerOf(written)]).toEqual([name, headerOf(expected)]);
      expect([name, Buffer.from(elementsOf(written)).toString('hex')]).toEqual([name, Buffer.from(elementsOf(expected)).toString('hex')]);
    }
    disposeTree(tensors);
  });

  test('refuses what is no array of numbers, and sizes that do not fit', () => {
    const cases: [Uint8Array, string][] = [
      [new Uint8Array(0), "the bytes of a .npy file, which begin with '\\x93NUMPY'"],
      [new Uint8Array(200), "the bytes of a .npy file, which begin with '\\x93NUMPY'"],
      [file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 8, 4), 'version 1, 2 or 3, got 4'],
      [file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 8).subarray(0, 40), 'bytes of header, got 30'],
      [
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 8),
        "expected 12 bytes for 'the array' of type <f4 and shape [3], got 8",
      ],
      [file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 8), "expected 4 bytes for 'the array'"],
      [file("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 8), 'a shape that an array can have'],
      [file("{'descr': '<f4', 'fortran_order': False, 'shape': (4503599627370496, 4503599627370496), }", 8), "bytes for 'the array'"],
      [file("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", 8), 'a header of descr, fortran_order and shape, got other text'],
      [file("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8), "expected numbers, booleans or texts in 'the array', got '|O'"],
      [file("{'descr': '|V2', 'fortran_order': False, 'shape': (1,), }", 2), "got '|V2'"],
      [file("{'descr': '<f3', 'fortran_order': False, 'shape': (1,), }", 3), "got '<f3'"],
      [file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4), 'got other text'],
      [
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': True}", 4),
        'a header of descr, fortran_order and shape, got others',
      ],
      [file("{'descr': '<f4', 'shape': (1,), }", 4), 'a header of descr, fortran_order and shape, got others'],
      [file("__import__('os')", 4), 'a header of descr, fortran_order and shape, got other text'],
      [file("{'descr': '<U0', 'fortran_order': False, 'shape': (999999999,), }"), "expected 0 bytes for 'the array'"],
      [file("{'descr': '<U999999999', 'fortran_order': False, 'shape': (1,), }"), "expected 3999999996 bytes for 'the array'"],
      [file("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", [0, 0, 0x11, 0]), 'expected texts of Unicode'],
      [file("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", [0, 0xd8, 0, 0]), 'expected texts of Unicode'],
      [file("{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }", [2]), 'expected 0 or 1'],
      [
        file("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 128, 0, 0, 0, 0]),
        'in the range of int32, got 2147483648',
      ],
    ];
    for (const [bytes, message] of cases) {
      let error: unknown;
      try {
        fromNpy(bytes);
      } catch (caught) {
        error = caught;
      }
      expect([message, isKumikoError(error)]).toEqual([message, true]);
      expect((error as Error).message).toContain(message);
    }
  });

  test('refuses a string that numpy would cut', async () => {
    const text = tf.scalar('a\0', 'string');
    await expect(toNpy(text)).rejects.toThrow('toNpy: expected strings that do not end with a zero character, got one.');
    text.dispose();
  });

  test.each(['version-2.npy', 'version-3.npy'])('reads %s', async (name) => {
    const tensor = fromNpy(fixture(name));
    expect(await valuesOf(tensor)).toEqual(arrays['i4']?.values);
    tensor.dispose();
  });
});

const headerOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes.subarray(10, bytes.indexOf(0x0a, 10))).trimEnd();
const elementsOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(10 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true));

describe('npz', () => {
  test('reads what numpy wrote', async () => {
    const tree = (await fromNpz(fixture('arrays.npz'))) as Record<string, tf.Tensor>;
    expect(Object.keys(tree).sort()).toEqual(Object.keys(arrays).sort());
    for (const [name, { descr, shape, values }] of Object.entries(arrays)) {
      const tensor = tree[name] as tf.Tensor;
      expect([name, tensor.dtype, tensor.shape]).toEqual([name, typeOf(descr), shape]);
      const expected = values.map((value) => (value === 'inf' ? Infinity : value));
      expect([name, await valuesOf(tensor)]).toEqual([name, expected]);
    }
    disposeTree(tree);
  });

  test('reads what numpy compressed, within the limit', async () => {
    const tree = (await fromNpz(fixture('compressed.npz'))) as { dense: Record<'kernel' | 'bias', tf.Tensor> };
    expect(tree.dense.kernel.shape).toEqual([64, 64]);
    expect([...tree.dense.bias.dataSync()]).toEqual([0, 1, 2]);
    disposeTree(tree);
    await expect(fromNpz(fixture('compressed.npz'), { maxBytes: 16_000 })).rejects.toThrow(
      /^fromNpz: expected at most 16000 bytes when inflated, got 16652\. If you trust the file, pass a larger maxBytes\.$/,
    );
  });

  test('gives back the tree that toNpz wrote, in equal bytes each time', async () => {
    const tree = { a: [tf.tensor1d([1, 2]), { b: tf.scalar('née', 'string') }], c: {}, d: { e: tf.tensor2d([[1, 0]], [1, 2], 'bool') } };
    const bytes = await toNpz(tree);
    expect(await toNpz(tree)).toEqual(bytes);
    const read = await fromNpz(bytes);
    expect(sameStructure(read, tree)).toBe(true);
    const shown = (one: Tree): unknown => mapTree((t: tf.Tensor) => JSON.stringify([t.dtype, t.shape, [...t.dataSync()]]), one);
    expect(shown(read)).toEqual(shown(tree));
    disposeTree([tree, read]);
    const single = tf.scalar(3);
    const again = await fromNpz(await toNpz(single));
    expect((again as tf.Tensor).dataSync()[0]).toBe(3);
    disposeTree([single, again]);
    expect(await fromNpz(await toNpz({}))).toEqual({});
  });

  test('reads views and shared memory', async () => {
    const x = tf.tensor1d([1, 2]);
    const bytes = await toNpz({ x });
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
    shared.set(bytes);
    const read = (await fromNpz(shared)) as { x: tf.Tensor };
    shared.fill(0);
    expect([...read.x.dataSync()]).toEqual([1, 2]);
    disposeTree([x, read]);
  });

  test('refuses names that toNpz cannot store', async () => {
    const x = tf.scalar(1);
    await expect(toNpz({ 'a/b': x })).rejects.toThrow("toNpz: expected names that are not empty, have no '/'");
    await expect(toNpz({ 'kumiko.structure': x })).rejects.toThrow("toNpz: expected another name than 'kumiko.structure', got that.");
    x.dispose();
  });
});

const python = spawnSync('/usr/bin/python3', ['-c', 'import numpy, torch'], { timeout: 60_000 });
const reason = python.status === 0 ? '' : ' (skipped: /usr/bin/python3 has no numpy and torch)';

test.skipIf(reason !== '')(`numpy and torch read ours${reason}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kumiko-npy-'));
  const tree = {
    layers: [tf.tensor2d([1.5, -2, 3, 4], [2, 2]), tf.tensor1d([7, -8], 'int32')],
    mask: tf.tensor1d([true, false], 'bool'),
    z: tf.complex([1], [-2]),
    name: tf.tensor1d(['née', '\u{1f600}'], 'string'),
  };
  writeFileSync(join(folder, 'ours.npz'), await toNpz(tree));
  writeFileSync(join(folder, 'ours.npy'), await toNpy(tree.layers[0] as tf.Tensor));
  const weights = { kernel: tree.layers[0] as tf.Tensor, mask: tree.mask };
  writeFileSync(join(folder, 'ours.safetensors'), await toSafetensors(weights));
  // Safetensors by its specification: eight bytes of length, a JSON header, the data.
  const script = `
import json, struct, sys, numpy, torch
folder = sys.argv[1]
z = numpy.load(folder + "/ours.npz", allow_pickle=False)
raw = open(folder + "/ours.safetensors", "rb").read()
size = struct.unpack("<Q", raw[:8])[0]
head, data = json.loads(raw[8:8 + size]), raw[8 + size:]
begin, end = head["kernel"]["data_offsets"]
kernel = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).reshape(head["kernel"]["shape"])
print(json.dumps({
  "keys": sorted(z.files), "types": [z[k].dtype.str for k in sorted(z.files)],
  "first": z["layers/0"].tolist(), "second": z["layers/1"].tolist(), "mask": z["mask"].tolist(),
  "z": [z["z"][0].real.item(), z["z"][0].imag.item()], "name": z["name"].tolist(), "structure": str(z["kumiko.structure"]),
  "npy": torch.from_numpy(numpy.load(folder + "/ours.npy")).sum().item(), "kernel": kernel.tolist(),
}))`;
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', script, folder], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  disposeTree(tree);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(JSON.parse(stdout)).toEqual({
    keys: ['kumiko.structure', 'layers/0', 'layers/1', 'mask', 'name', 'z'],
    types: ['<U40', '<f4', '<i4', '|b1', '<U3', '<c8'],
    first: [
      [1.5, -2],
      [3, 4],
    ],
    second: [7, -8],
    mask: [true, false],
    z: [1, -2],
    name: ['née', '\u{1f600}'],
    structure: '{"layers":[0,0],"mask":0,"z":0,"name":0}',
    npy: 6.5,
    kernel: [
      [1.5, -2],
      [3, 4],
    ],
  });
  expect(leaves(tree).length).toBe(5);
});
