/** @internal */
import { check } from '@kumiko/core';
import { crc32 } from './crc32.ts';
import { copyBytes, joinBytes } from './stored-tensor.ts';

/** A file in an archive. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const ENCRYPTED = 0x0001;
const STORED = 0;
const DEFLATED = 8;
/** 1980-01-01, the first date there is: equal contents make equal archives. */
const FIRST_DATE = 0x21;
/** Deflate makes no more bytes of one. */
const LARGEST_RATIO = 1032;

/** An archive whose members are stored as they are. Sizes below 4 GiB; names in UTF-8. */
export function writeZip(symbol: string, members: readonly ZipMember[]): Uint8Array {
  const files = members.map(({ name, bytes }) => ({ name: new TextEncoder().encode(name), bytes, crc: crc32(bytes) }));
  const size = files.reduce((sum, { name, bytes }) => sum + LOCAL_SIZE + CENTRAL_SIZE + 2 * name.length + bytes.length, END_SIZE);
  check(
    size < 2 ** 32 && files.length < 0xffff,
    symbol,
    () => `expected less than 4 GiB in fewer than 65,535 arrays, got ${size} bytes in ${files.length}. Use safetensors, or split the tree.`,
  );
  const archive = new Uint8Array(size);
  const view = new DataView(archive.buffer);
  let at = 0;
  /** What the two headers of a file share: version, flags, method, date, sum, sizes, length of the name. */
  const common = (offset: number, { name, bytes, crc }: (typeof files)[number]): void => {
    view.setUint16(offset, VERSION, true);
    view.setUint16(offset + 2, UTF8_NAMES, true);
    view.setUint16(offset + 8, FIRST_DATE, true);
    view.setUint32(offset + 10, crc, true);
    view.setUint32(offset + 14, bytes.length, true);
    view.setUint32(offset + 18, bytes.length, true);
    view.setUint16(offset + 22, name.length, true);
  };
  const starts = files.map((file) => {
    const start = at;
    view.setUint32(at, LOCAL_HEADER, true);
    common(at + 4, file);
    archive.set(file.name, at + LOCAL_SIZE);
    archive.set(file.bytes, at + LOCAL_SIZE + file.name.length);
    at += LOCAL_SIZE + file.name.length + file.bytes.length;
    return start;
  });
  const directory = at;
  for (const [i, file] of files.entries()) {
    view.setUint32(at, CENTRAL_HEADER, true);
    view.setUint16(at + 4, VERSION, true);
    common(at + 6, file);
    view.setUint32(at + 42, starts[i] as number, true);
    archive.set(file.name, at + CENTRAL_SIZE);
    at += CENTRAL_SIZE + file.name.length;
  }
  view.setUint32(at, END_RECORD, true);
  view.setUint16(at + 8, files.length, true);
  view.setUint16(at + 10, files.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return archive;
}

/** What the directory says of a member. */
interface Listed {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly start: number;
}

/**
 * The members of an archive, stored or deflated. Nothing is trusted: sizes lie within the file, members do not overlap, sums are right,
 * and no more is inflated than `maxBytes` in all, nor than a member says.
 *
 * @throws KumikoError when the bytes are no such archive
 */
export async function readZip(symbol: string, bytes: Uint8Array, maxBytes: number): Promise<ZipMember[]> {
  const refuse: Refuse = (holds, message) =>
    check(holds, symbol, () => `expected ${message()}. The file is damaged or no .npz file: fetch or write it again.`);
  const listed = readDirectory(copyBytes(bytes), refuse);
  const total = listed.reduce((sum, { method, size }) => sum + (method === DEFLATED ? size : 0), 0);
  check(
    total <= maxBytes,
    symbol,
    () => `expected at most ${maxBytes} bytes when inflated, got ${total}. If you trust the file, pass a larger maxBytes.`,
  );
  const names = new Set(listed.map(({ name }) => name));
  refuse(names.size === listed.length, () => 'names that occur once, got one twice');

  const members: ZipMember[] = [];
  let free = 0;
  for (const one of [...listed].sort((a, b) => a.start - b.start)) {
    refuse(one.start >= free, () => `members that do not overlap, got '${one.name}' at ${one.start} before ${free}`);
    const begin = dataStart(bytes, one, refuse);
    free = begin + one.packed;
    refuse(free <= bytes.length, () => `${one.packed} bytes of '${one.name}', got ${bytes.length - begin}`);
    const packed = copyBytes(bytes, begin, free);
    const content = one.method === STORED ? packed : await inflate(packed, one, refuse);
    refuse(content.length === one.size, () => `${one.size} bytes in '${one.name}', got ${content.length}`);
    refuse(crc32(content) === one.crc, () => `the sum ${one.crc} of '${one.name}', got ${crc32(content)}`);
    members.push({ name: one.name, bytes: content });
  }
  const place = new Map(listed.map(({ name }, i) => [name, i]));
  return members.sort((a, b) => (place.get(a.name) as number) - (place.get(b.name) as number));
}

type Refuse = (holds: boolean, message: () => string) => asserts holds;

function readDirectory(bytes: Uint8Array<ArrayBuffer>, refuse: Refuse): Listed[] {
  const view = new DataView(bytes.buffer);
  let end = bytes.length - END_SIZE;
  const first = Math.max(0, end - LONGEST_COMMENT);
  while (end >= first && !(view.getUint32(end, true) === END_RECORD && view.getUint16(end + 20, true) === bytes.length - END_SIZE - end))
    end--;
  refuse(end >= first, () => 'an end of the archive, got none');
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  refuse(
    view.getUint16(end + 4, true) === 0 && view.getUint16(end + 8, true) === count && count < 0xffff && start < 0xffffffff,
    () => 'one archive of less than 4 GiB, got parts or zip64',
  );
  refuse(start + size === end, () => `a directory from ${start} to ${end}, got ${size} bytes`);
  const listed: Listed[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    refuse(at + CENTRAL_SIZE <= end && view.getUint32(at, true) === CENTRAL_HEADER, () => `${count} entries in the directory, got ${i}`);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [packed, unpacked] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [number, number, number];
    const after = at + CENTRAL_SIZE + nameLength + extra + comment;
    refuse(after <= end, () => `entry ${i} within the directory, got one beyond its end`);
    const name = decodeName(bytes.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength), refuse);
    refuse((flags & ENCRYPTED) === 0, () => `'${name}' in plain, got it encrypted`);
    refuse(method === STORED || method === DEFLATED, () => `'${name}' stored or deflated, got method ${method}`);
    refuse(packed < 0xffffffff && unpacked < 0xffffffff, () => `'${name}' of less than 4 GiB, got zip64`);
    const possible = method === STORED ? packed === unpacked : unpacked <= (packed + 1) * LARGEST_RATIO;
    refuse(possible, () => `'${name}' of a size that its ${packed} bytes can have, got ${unpacked}`);
    listed.push({ name, method, crc: view.getUint32(at + 16, true), packed, size: unpacked, start: view.getUint32(at + 42, true) });
    at = after;
  }
  refuse(at === end, () => `${count} entries in the directory, got more`);
  return listed;
}

function decodeName(bytes: Uint8Array, refuse: Refuse): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse(false, () => 'names in UTF-8, got other bytes') as never;
  }
}

/** Where a member's bytes begin: behind its own header, whose name and extra fields may be longer than the directory's. */
function dataStart(bytes: Uint8Array, { name, start }: Listed, refuse: Refuse): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const present = start + LOCAL_SIZE <= bytes.length && view.getUint32(start, true) === LOCAL_HEADER;
  refuse(present, () => `a header of '${name}' at ${start}, got none`);
  const nameBytes = view.getUint16(start + 26, true);
  const begin = start + LOCAL_SIZE + nameBytes + view.getUint16(start + 28, true);
  refuse(begin <= bytes.length, () => `a header of '${name}' within the file, got one beyond its end`);
  const own = decodeName(copyBytes(bytes, start + LOCAL_SIZE, start + LOCAL_SIZE + nameBytes), refuse);
  refuse(own === name, () => `the name '${name}' in its header, got '${own}'`);
  return begin;
}

/** Inflates until the size that was promised: what comes beyond is never made. */
async function inflate(packed: Uint8Array<ArrayBuffer>, { name, size }: Listed, refuse: Refuse): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let next = await read(reader, name, refuse); next !== undefined; next = await read(reader, name, refuse)) {
      length += next.length;
      refuse(length <= size, () => `${size} bytes in '${name}', got more`);
      chunks.push(next);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return joinBytes(chunks);
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>, name: string, refuse: Refuse): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch {
    return refuse(false, () => `deflated bytes in '${name}', got others`) as never;
  }
}
