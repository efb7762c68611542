/** @internal */
import { check } from '@kumiko/core';
import { copyBytes, joinBytes } from './copy-bytes.ts';
import { crc32 } from './crc32.ts';
import { ZIP, type ZipMember } from './zip-format.ts';

const LONGEST_COMMENT = 0xffff;
const ENCRYPTED = 0x0001;
const STORED = 0;
const DEFLATED = 8;
/** Deflate makes no more bytes of one. */
const LARGEST_RATIO = 1032;

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
  const listed = readDirectory(bytes, refuse);
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

function readDirectory(bytes: Uint8Array, refuse: Refuse): Listed[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - ZIP.endSize;
  const first = Math.max(0, end - LONGEST_COMMENT);
  while (
    end >= first &&
    !(view.getUint32(end, true) === ZIP.endRecord && view.getUint16(end + 20, true) === bytes.length - ZIP.endSize - end)
  )
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
    refuse(
      at + ZIP.centralSize <= end && view.getUint32(at, true) === ZIP.centralHeader,
      () => `${count} entries in the directory, got ${i}`,
    );
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [packed, unpacked] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [number, number, number];
    const after = at + ZIP.centralSize + nameLength + extra + comment;
    refuse(after <= end, () => `entry ${i} within the directory, got one beyond its end`);
    const name = decodeName(copyBytes(bytes, at + ZIP.centralSize, at + ZIP.centralSize + nameLength), refuse);
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
  const present = start + ZIP.localSize <= bytes.length && view.getUint32(start, true) === ZIP.localHeader;
  refuse(present, () => `a header of '${name}' at ${start}, got none`);
  const nameBytes = view.getUint16(start + 26, true);
  const begin = start + ZIP.localSize + nameBytes + view.getUint16(start + 28, true);
  refuse(begin <= bytes.length, () => `a header of '${name}' within the file, got one beyond its end`);
  const own = decodeName(copyBytes(bytes, start + ZIP.localSize, start + ZIP.localSize + nameBytes), refuse);
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
