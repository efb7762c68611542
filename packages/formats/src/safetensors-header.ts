import { check, formatShape, type Shape } from '@kumiko/core';

/** One tensor of a safetensors file. */
export interface SafetensorsEntry {
  readonly name: string;
  /** As the file calls it: `F32`, `BF16`, `I64`. */
  readonly dtype: string;
  readonly shape: Shape;
  /** Where its bytes begin in the file. */
  readonly begin: number;
  /** Where its bytes end in the file, exclusive. */
  readonly end: number;
}

/** What stands at the head of a safetensors file. */
export interface SafetensorsHeader {
  /** The tensors, in the order of the header. */
  readonly entries: readonly SafetensorsEntry[];
  /** The file's `__metadata__`; empty when there is none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The reference implementation reads no longer header. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;
/** Bytes of an element, by type; others are refused. */
const ELEMENT_BYTES = new Map(
  Object.entries({
    BOOL: 1,
    U8: 1,
    I8: 1,
    F8_E4M3: 1,
    F8_E5M2: 1,
    I16: 2,
    U16: 2,
    F16: 2,
    BF16: 2,
    I32: 4,
    U32: 4,
    F32: 4,
    F64: 8,
    I64: 8,
    U64: 8,
  }),
);
const SYMBOL = 'readSafetensorsHeader';

/**
 * Reads and checks the header of a safetensors file. Nothing of the file is trusted: sizes follow from shapes and types,
 * offsets have to cover the data without gap or overlap, and nothing is allocated that the file does not contain.
 *
 * @param bytes the whole file; a view of shared memory will do
 * @throws KumikoError when the bytes are no such file; it says what is wrong
 * @example
 * const bytes = await toSafetensors({ bias: tf.tensor1d([1, 2]) });
 * readSafetensorsHeader(bytes).entries[0].name; // 'bias'
 * @see https://huggingface.co/docs/safetensors
 */
export function readSafetensorsHeader(bytes: Uint8Array): SafetensorsHeader {
  const text = headerText(bytes);
  const dataStart = LENGTH_BYTES + headerLength(bytes);
  const header = parseJson(text);
  refuse(isRecord(header), () => `a header that is a JSON object, got ${kindOf(header)}`);
  refuseDuplicates(text);

  const metadata = new Map<string, string>();
  const entries: SafetensorsEntry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') readMetadata(value, metadata);
    else entries.push(readEntry(name, value, dataStart));
  }
  checkLayout(entries, dataStart, bytes.length);
  return { entries, metadata };
}

function refuse(holds: boolean, message: () => string): asserts holds {
  check(holds, SYMBOL, () => `expected ${message()}. The file is damaged or no safetensors file: fetch or write it again.`);
}

function headerLength(bytes: Uint8Array): number {
  refuse(bytes.length >= LENGTH_BYTES, () => `at least ${LENGTH_BYTES} bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  return view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
}

function headerText(bytes: Uint8Array): string {
  const length = headerLength(bytes);
  refuse(length <= MAX_HEADER_BYTES, () => `a header of at most ${MAX_HEADER_BYTES} bytes, got ${length}`);
  refuse(length <= bytes.length - LENGTH_BYTES, () => `${length} bytes of header, got ${bytes.length - LENGTH_BYTES}`);
  // A copy: pages refuse to decode shared memory.
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  refuse(copy[0] === 0x7b, () => "a header that starts with '{', got another byte");
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(copy);
  } catch {
    return refuse(false, () => 'a header in UTF-8, got other bytes') as never;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(false, () => 'a header in JSON, got other text') as never;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return value === null ? 'null' : `a value of type ${typeof value}`;
}

/** `JSON.parse` keeps the last of two equal names without a word. The text is valid JSON, so that a string before a colon is a name. */
function refuseDuplicates(text: string): void {
  const open: Set<string>[] = [];
  let candidate = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{') open.push(new Set());
    else if (character === '}') open.pop();
    else if (character === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
      candidate = text.slice(start, i + 1);
    } else if (character === ':') {
      const name = JSON.parse(candidate) as string;
      const names = open.at(-1) as Set<string>;
      refuse(!names.has(name), () => `names that occur once, got '${name}' twice`);
      names.add(name);
    }
  }
}

function readMetadata(value: unknown, metadata: Map<string, string>): void {
  refuse(isRecord(value), () => `__metadata__ to be a JSON object, got ${kindOf(value)}`);
  for (const [name, text] of Object.entries(value)) {
    refuse(typeof text === 'string', () => `__metadata__ to hold strings, got ${kindOf(text)} for '${name}'`);
    metadata.set(name, text);
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readEntry(name: string, value: unknown, dataStart: number): SafetensorsEntry {
  refuse(isRecord(value), () => `'${name}' to be a JSON object, got ${kindOf(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  const bytes = typeof dtype === 'string' ? ELEMENT_BYTES.get(dtype) : undefined;
  refuse(typeof dtype === 'string' && bytes !== undefined, () => `a known dtype for '${name}', got ${JSON.stringify(dtype)}`);
  refuse(Array.isArray(shape) && shape.every(isSize), () => `a shape of integers >= 0 for '${name}', got ${JSON.stringify(shape)}`);
  refuse(
    Array.isArray(offsets) && offsets.length === 2 && offsets.every(isSize),
    () => `two integers >= 0 as data_offsets of '${name}', got ${JSON.stringify(offsets)}`,
  );
  const [begin, end] = offsets as [number, number];
  // A product beyond 2^53 is inexact but stays far above any file's size.
  const size = shape.reduce((product: number, axis: number) => product * axis, bytes);
  refuse(end - begin === size, () => `${size} bytes for '${name}' of type ${dtype} and shape ${formatShape(shape)}, got ${end - begin}`);
  return { name, dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function checkLayout(entries: readonly SafetensorsEntry[], dataStart: number, fileEnd: number): void {
  let position = dataStart;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    refuse(
      begin === position,
      () => `data without gaps or overlaps, so that '${name}' begins at ${position - dataStart}, got ${begin - dataStart}`,
    );
    refuse(end <= fileEnd, () => `${end - dataStart} bytes of data for '${name}', got ${fileEnd - dataStart}`);
    position = end;
  }
  refuse(position === fileEnd, () => `${position - dataStart} bytes of data, got ${fileEnd - dataStart}`);
}
