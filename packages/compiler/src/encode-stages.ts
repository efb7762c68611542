/** @internal */
import type { WasmType } from '@kumiko/backend';
import { type Address, isAddress } from './native-call.ts';
import { type Routines, operandValues } from './routines.ts';
import type { Stage } from './schedule.ts';

/** Words of a stage: how many parts it has, where its first unit lies. */
export const STAGE_WORDS = 2;

/** Words of a unit: its first part, the part after its last, where its calls start and end. */
export const UNIT_WORDS = 4;

/**
 * A schedule as numbers, for the walk to read: first the stages, then their units, then the calls of the units. A call is the number of its
 * routine and the operands that it passes; places are in bytes from the start.
 */
export interface EncodedStages {
  readonly words: Int32Array<ArrayBuffer>;
  /** Words that hold an address, once it is known. */
  readonly addresses: readonly AddressWord[];
}

/** A word that holds an address. */
export interface AddressWord extends Address {
  readonly word: number;
}

const BYTES = 4;

/** How many words a value takes. */
export const wordsOf = (type: WasmType): number => (type === 'f64' ? 2 : 1);

/** Writes a schedule down. */
export function encodeStages(stages: readonly Stage[], routines: Routines): EncodedStages {
  const firstUnit = STAGE_WORDS * stages.length;
  const firstCall = firstUnit + UNIT_WORDS * stages.reduce((count, { units }) => count + units.length, 0);
  const heads: number[] = [];
  const unitWords: number[] = [];
  const callWords: number[] = [];
  const addresses: AddressWord[] = [];
  const place = (): number => BYTES * (firstCall + callWords.length);
  for (const { units } of stages) {
    const first = BYTES * (firstUnit + unitWords.length);
    let parts = 0;
    for (const unit of units) {
      const begin = place();
      for (const call of unit.calls) {
        const number = routines.numberOf(call);
        callWords.push(number);
        const types = routines.all[number]?.operands as readonly WasmType[];
        for (const [i, operand] of operandValues(call).entries()) {
          if (isAddress(operand)) addresses.push({ ...operand, word: firstCall + callWords.length });
          callWords.push(...toWords(isAddress(operand) ? 0 : operand, types[i]));
        }
      }
      unitWords.push(parts, parts + unit.parts, begin, place());
      parts += unit.parts;
    }
    heads.push(parts, first);
  }
  return { words: Int32Array.from([...heads, ...unitWords, ...callWords]), addresses };
}

function toWords(value: number, type: WasmType | undefined): readonly number[] | Int32Array {
  if (type === 'f32') return new Int32Array(Float32Array.of(value).buffer);
  if (type === 'f64') return new Int32Array(Float64Array.of(value).buffer);
  return [value | 0];
}
