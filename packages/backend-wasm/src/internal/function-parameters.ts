import type { WasmType } from '@kumiko/backend';
import { decodeUnsigned } from './leb128.ts';

const HEADER_BYTES = 8;
const [TYPES, IMPORTS, FUNCTIONS, EXPORTS] = [1, 2, 3, 7];
const FUNCTION_KIND = 0;
const names: Readonly<Record<number, WasmType>> = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64', 0x7b: 'v128' };

/**
 * The parameter types of the functions that a module exports, read from its bytes when they are first asked for: JavaScript does not say.
 * The module may import memories and functions only.
 *
 * @see WebAssembly Core Specification 2.0, 5.5 (modules)
 */
export function functionParameters(binary: Uint8Array): () => ReadonlyMap<string, readonly WasmType[]> {
  let known: ReadonlyMap<string, readonly WasmType[]> | undefined;
  return () => (known ??= readParameters(binary));
}

function readParameters(binary: Uint8Array): ReadonlyMap<string, readonly WasmType[]> {
  const sections = new Map<number, Uint8Array>();
  for (let position = HEADER_BYTES; position < binary.length;) {
    const [length, start] = decodeUnsigned(binary, position + 1);
    sections.set(binary[position] as number, binary.subarray(start, start + length));
    position = start + length;
  }
  const read = <T>(section: number, entry: (reader: Reader) => T): T[] => {
    const reader = new Reader(sections.get(section) ?? Uint8Array.of(0));
    return Array.from({ length: reader.number() }, () => entry(reader));
  };
  const types = read(TYPES, (reader) => {
    reader.skip(1);
    const parameters = reader.types();
    reader.types();
    return parameters;
  });
  const imported = read(IMPORTS, (reader) => {
    reader.skip(reader.number());
    reader.skip(reader.number());
    if (reader.number() === FUNCTION_KIND) return reader.number();
    if ((reader.number() & 1) === 1) reader.number();
    reader.number();
    return undefined;
  });
  const functions = [...imported.filter((type) => type !== undefined), ...read(FUNCTIONS, (reader) => reader.number())];
  const exported = read(EXPORTS, (reader) => {
    const name = reader.text();
    return [name, reader.number(), reader.number()] as const;
  });
  return new Map(
    exported.filter(([, kind]) => kind === FUNCTION_KIND).map(([name, , index]) => [name, types[functions[index] as number] ?? []]),
  );
}

/** Reads the parts of a section one after the other. */
class Reader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(): number {
    const [value, next] = decodeUnsigned(this.#bytes, this.#position);
    this.#position = next;
    return value;
  }

  skip(bytes: number): void {
    this.#position += bytes;
  }

  text(): string {
    const length = this.number();
    this.skip(length);
    return new TextDecoder().decode(this.#bytes.subarray(this.#position - length, this.#position));
  }

  types(): WasmType[] {
    return Array.from({ length: this.number() }, () => names[this.number()] as WasmType);
  }
}
