import { KumikoError } from '@kumiko/core';
import { decodeUnsigned, encodeUnsigned } from './leb128.ts';

/** Limits of a memory, in pages of 64 KiB, and whether threads share it. */
export interface MemoryLimits {
  readonly initial: number;
  readonly maximum?: number;
  readonly shared: boolean;
}

const HEADER_BYTES = 8;
const IMPORT_SECTION = 2;
const MEMORY_SECTION = 5;
const MEMORY_KIND = 2;

/**
 * Makes a WASM module import its memory as `env.memory` with these limits: a memory that the module defined becomes an import,
 * and the limits of one that it already imports are replaced. One binary then serves shared and unshared heaps.
 * A module may use a shared memory without atomic instructions, and atomic instructions without a shared memory.
 *
 * @throws KumikoError when the bytes are not a WASM module
 * @see WebAssembly Core Specification 2.0, 5.5 (modules), 5.3.8 (memory types); threads proposal (shared flag)
 */
export function importMemory(binary: Uint8Array, limits: MemoryLimits): Uint8Array<ArrayBuffer> {
  if (binary.length < HEADER_BYTES || binary[0] !== 0 || binary[1] !== 0x61) {
    throw new KumikoError(
      'importMemory',
      `expected a WASM module, got ${binary.length} bytes of something else. Check the wasm({ url }) option.`,
    );
  }
  const out: number[][] = [[...binary.subarray(0, HEADER_BYTES)]];
  let imports: number[][] = [];
  let importsWritten = false;
  const writeImports = (): void => {
    if (importsWritten) return;
    importsWritten = true;
    const entry = [...name('env'), ...name('memory'), MEMORY_KIND, ...encodeLimits(limits)];
    out.push(section(IMPORT_SECTION, [...encodeUnsigned(imports.length + 1), ...imports.flat(), ...entry]));
  };
  const pieces: Uint8Array[] = [];
  let position = HEADER_BYTES;
  while (position < binary.length) {
    const id = binary[position] as number;
    const [length, start] = decodeUnsigned(binary, position + 1);
    const body = binary.subarray(start, start + length);
    if (id === IMPORT_SECTION) imports = importsWithoutMemory(body);
    if (id >= IMPORT_SECTION) writeImports();
    if (id !== IMPORT_SECTION && id !== MEMORY_SECTION) {
      pieces.push(Uint8Array.from(out.flat()), binary.subarray(position, start + length));
      out.length = 0;
    }
    position = start + length;
  }
  return concatenate([...pieces, Uint8Array.from(out.flat())]);
}

/** The entries of an import section, less an imported memory. */
function importsWithoutMemory(body: Uint8Array): number[][] {
  const entries: number[][] = [];
  let [count, position] = decodeUnsigned(body, 0);
  for (; count > 0; count--) {
    const start = position;
    for (let i = 0; i < 2; i++) {
      const [length, text] = decodeUnsigned(body, position);
      position = text + length;
    }
    const kind = body[position++] as number;
    if (kind === 0) position = decodeUnsigned(body, position)[1];
    else if (kind === 1) position = skipLimits(body, position + 1);
    else if (kind === MEMORY_KIND) position = skipLimits(body, position);
    else position += 2;
    if (kind !== MEMORY_KIND) entries.push([...body.subarray(start, position)]);
  }
  return entries;
}

function skipLimits(body: Uint8Array, position: number): number {
  const hasMaximum = ((body[position] as number) & 1) === 1;
  const afterMinimum = decodeUnsigned(body, position + 1)[1];
  return hasMaximum ? decodeUnsigned(body, afterMinimum)[1] : afterMinimum;
}

function encodeLimits({ initial, maximum, shared }: MemoryLimits): number[] {
  const flags = (maximum === undefined ? 0 : 1) | (shared ? 2 : 0);
  return [flags, ...encodeUnsigned(initial), ...(maximum === undefined ? [] : encodeUnsigned(maximum))];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

function section(id: number, body: number[]): number[] {
  return [id, ...encodeUnsigned(body.length), ...body];
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    out.set(piece, position);
    position += piece.length;
  }
  return out;
}
