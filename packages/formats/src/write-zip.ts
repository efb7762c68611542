/** @internal */
import { check } from '@kumiko/core';
import { crc32 } from './crc32.ts';
import { ZIP, type ZipMember } from './zip-format.ts';

const VERSION = 20;
const UTF8_NAMES = 0x0800;
/** 1980-01-01, the first date there is: equal contents make equal archives. */
const FIRST_DATE = 0x21;

/** An archive whose members are stored as they are. Sizes below 4 GiB; names in UTF-8. */
export function writeZip(symbol: string, members: readonly ZipMember[]): Uint8Array {
  const files = members.map(({ name, bytes }) => ({ name: new TextEncoder().encode(name), bytes, crc: crc32(bytes) }));
  const size = files.reduce<number>(
    (sum, { name, bytes }) => sum + ZIP.localSize + ZIP.centralSize + 2 * name.length + bytes.length,
    ZIP.endSize,
  );
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
    view.setUint32(at, ZIP.localHeader, true);
    common(at + 4, file);
    archive.set(file.name, at + ZIP.localSize);
    archive.set(file.bytes, at + ZIP.localSize + file.name.length);
    at += ZIP.localSize + file.name.length + file.bytes.length;
    return start;
  });
  const directory = at;
  for (const [i, file] of files.entries()) {
    view.setUint32(at, ZIP.centralHeader, true);
    view.setUint16(at + 4, VERSION, true);
    common(at + 6, file);
    view.setUint32(at + 42, starts[i] as number, true);
    archive.set(file.name, at + ZIP.centralSize);
    at += ZIP.centralSize + file.name.length;
  }
  view.setUint32(at, ZIP.endRecord, true);
  view.setUint16(at + 8, files.length, true);
  view.setUint16(at + 10, files.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return archive;
}
