import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree } from '@kumiko/core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { batchEvent, epochEvent } from './events.fixture.ts';
import { crc32c } from './internal/crc32c.ts';
import { histogramOf, summaryEvent, toRecord, versionEvent } from './internal/event-records.ts';
import { tensorBoardLog } from './tensor-board-log.ts';
import type { TrainState } from './train-state.ts';

let folder = '';
beforeAll(async () => {
  await selectBackend([cpu()]);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kumiko-events-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A field of a protocol buffer: a varint, eight bytes, bytes, or four bytes. */
interface Field {
  readonly number: number;
  readonly value: bigint | number | Uint8Array;
}

/** Any message of protocol buffers, field by field; written from its specification and not from the writer. */
function parseMessage(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const [number, type] = [key >> 3, key & 7];
    if (type === 0) fields.push({ number, value: varint() });
    else if (type === 1) fields.push({ number, value: view.getFloat64((at += 8) - 8, true) });
    else if (type === 5) fields.push({ number, value: view.getFloat32((at += 4) - 4, true) });
    else if (type === 2) {
      const length = Number(varint());
      fields.push({ number, value: bytes.subarray(at, (at += length)) });
    } else throw new Error(`wire type ${type}`);
  }
  if (at !== bytes.length) throw new Error('a field goes beyond its message');
  return fields;
}

const unmask = (masked: number): number => {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
};

/** The records of a file; both sums of each are checked. */
function parseRecords(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmask(view.getUint32(at + 8, true))).toBe(crc32c(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(unmask(view.getUint32(at + 12 + length, true))).toBe(crc32c(data));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

const field = (fields: readonly Field[], number: number): Field['value'] | undefined => fields.find((one) => one.number === number)?.value;
const doubles = (packed: unknown): number[] => {
  const bytes = packed as Uint8Array;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
};
const string = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array);

/** What TensorBoard reads of a file: the version, then steps with values by tag. */
function parseEvents(bytes: Uint8Array): unknown[] {
  return parseRecords(bytes).map((record) => {
    const event = parseMessage(record);
    const version = field(event, 3);
    if (version !== undefined) return { version: string(version), time: field(event, 1) };
    const values = parseMessage(field(event, 5) as Uint8Array).map(({ value }) => {
      const parts = parseMessage(value as Uint8Array);
      const histogram = field(parts, 5) as Uint8Array | undefined;
      if (histogram === undefined) return { tag: string(field(parts, 1)), value: field(parts, 2) };
      const found = parseMessage(histogram);
      const numbers = [1, 2, 3, 4, 5].map((number) => field(found, number));
      return { tag: string(field(parts, 1)), numbers, limits: doubles(field(found, 6)), counts: doubles(field(found, 7)) };
    });
    return { time: field(event, 1), step: Number(field(event, 2)), values };
  });
}

describe('records', () => {
  test('crc32c has the check value of its definition, and that of RFC 3720', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  test('a file begins with the bytes that every event file of TensorFlow begins with', () => {
    const record = toRecord(versionEvent(0));
    expect([...record.subarray(0, 12)]).toEqual([0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22]);
    expect(record).toHaveLength(24 + 16);
  });

  test('the reader of these tests refuses a file with any one bit changed, or cut short anywhere within a record', () => {
    const records = [toRecord(versionEvent(0)), toRecord(summaryEvent(1.5, 300, [{ tag: 'a', value: 0.5 }]))];
    const file = Uint8Array.from(records.flatMap((record) => [...record]));
    expect(parseRecords(file)).toHaveLength(2);
    const isRead = (bytes: Uint8Array): boolean => {
      try {
        parseRecords(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const borders = new Set([0, records[0]?.length, file.length]);
    for (let at = 0; at < file.length; at++) {
      const damaged = Uint8Array.from(file);
      damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
      expect(isRead(damaged), `byte ${at}`).toBe(false);
      expect(isRead(file.subarray(0, at)), `length ${at}`).toBe(borders.has(at));
    }
  });

  const python = spawnSync('/usr/bin/python3', ['-c', 'import crcmod.predefined'], { timeout: 60_000 });
  const reason = python.status === 0 ? '' : ' (skipped: /usr/bin/python3 has no crcmod)';
  test.skipIf(reason !== '')(`another implementation of the sums finds them right${reason}`, () => {
    const events = [versionEvent(0), summaryEvent(2, 1, [{ tag: 'loss', value: 0.25 }, { tag: 'w', histogram: histogramOf([1, 2, 3]) }])]; // prettier-ignore
    // A record by TensorFlow's tfrecord format: uint64 length, masked sum of the length, data, masked sum of the data.
    const script = `
import struct, sys, crcmod.predefined
crc = crcmod.predefined.mkCrcFun("crc-32c")
def masked(data):
    c = crc(data)
    return (((c >> 15) | (c << 17)) + 0xA282EAD8) & 0xFFFFFFFF
raw, at, lengths = sys.stdin.buffer.read(), 0, []
while at < len(raw):
    (length,) = struct.unpack_from("<Q", raw, at)
    assert struct.unpack_from("<I", raw, at + 8) == (masked(raw[at:at + 8]),)
    data = raw[at + 12:at + 12 + length]
    assert struct.unpack_from("<I", raw, at + 12 + length) == (masked(data),)
    lengths.append(len(data))
    at += 16 + length
print(lengths)`;
    const input = Buffer.concat(events.map(toRecord));
    const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', script], { input, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: `[${events.map((event) => event.length).join(', ')}]\n`, stderr: '' });
  });

  test('an event by hand', () => {
    // wall_time 1.5: key 1 << 3 | 1 = 09, the double 3ff8000000000000. step 300: key 10, the varint ac 02. summary: key 2a, 10 bytes:
    // value: key 0a, 8 bytes: tag: key 0a, 1 byte 'a' = 61; simple_value 0.5: key 15, the float 3f000000.
    const event = summaryEvent(1.5, 300, [{ tag: 'a', value: 0.5 }]);
    const expected = ['09', '000000000000f83f', '10', 'ac02', '2a0a', '0a08', '0a0161', '150000003f'].join('');
    expect(Buffer.from(event).toString('hex')).toBe(expected);
  });

  test('a histogram by hand', () => {
    // 31 numbers from 0 to 30: buckets of width 1, the last holds 29 and 30.
    const { min, max, count, sum, sumOfSquares, limits, counts } = histogramOf(Float32Array.from({ length: 31 }, (_, i) => i));
    expect([min, max, count, sum, sumOfSquares]).toEqual([0, 30, 31, 465, 9455]);
    expect(limits).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(counts).toEqual([...Array.from({ length: 29 }, () => 1), 2]);
    expect(histogramOf([2, NaN, 2, Infinity])).toEqual({ min: 2, max: 2, count: 2, sum: 4, sumOfSquares: 8, limits: [2], counts: [2] });
    expect(histogramOf([NaN])).toEqual({ min: 0, max: 0, count: 0, sum: 0, sumOfSquares: 0, limits: [], counts: [] });
  });
});

describe('tensorBoardLog', () => {
  test('writes what a reader of the format reads', async () => {
    const params = { dense: { kernel: tf.tensor1d([1, 1]) } };
    const state = { params } as unknown as TrainState;
    const log = tensorBoardLog(join(folder, 'logs'), { batches: 2, histograms: 1, now: () => 1_700_000_000_500 });
    for (const step of [1, 2, 3, 4]) await log.onBatch?.(batchEvent({ step, loss: step / 2 }));
    const logs = { loss: 0.25, accuracy: 1, matrix: [[1]] };
    await log.onEpoch?.(epochEvent({ step: 4, state, train: logs, validation: { loss: NaN } }));
    const time = 1_700_000_000.5;
    const read = async (part: string): Promise<unknown[]> => {
      const [name, ...rest] = await readdir(join(folder, 'logs', part));
      expect([name?.replace(/\.\d+$/, ''), rest]).toEqual(['events.out.tfevents.1700000000.kumiko', []]);
      return parseEvents(new Uint8Array(await readFile(join(folder, 'logs', part, name as string))));
    };
    expect(await read('train')).toEqual([
      { version: 'brain.Event:2', time },
      { time, step: 2, values: [{ tag: 'batch_loss', value: 1 }] },
      { time, step: 4, values: [{ tag: 'batch_loss', value: 2 }] },
      {
        time,
        step: 4,
        values: [
          { tag: 'loss', value: 0.25 },
          { tag: 'accuracy', value: 1 },
          { tag: 'dense/kernel', numbers: [1, 1, 2, 2, 2], limits: [1], counts: [2] },
        ],
      },
    ]);
    expect(await read('validation')).toEqual([
      { version: 'brain.Event:2', time },
      { time, step: 4, values: [{ tag: 'loss', value: NaN }] },
    ]);
    disposeTree(params);
  });

  test('refuses options out of range', () => {
    expect(() => tensorBoardLog(folder, { batches: -1 })).toThrow(
      'tensorBoardLog: expected batches to be a whole number of at least 0, got -1. Pass 0 for none.',
    );
    expect(() => tensorBoardLog(folder, { histograms: 0.5 })).toThrow('expected histograms to be');
  });
});
