import { check } from '@kumiko/core';

/** An interval of numbers: which ends belong to it, and its text. */
export interface Range {
  readonly text: string;
  readonly contains: (value: number) => boolean;
}

const from0Below = (end: number): Range => ({ text: `[0, ${end})`, contains: (value) => value >= 0 && value < end });

/** [0, 1) */
export const decayRange: Range = /* @__PURE__ */ from0Below(1);
/** Finite and at least 0. */
export const nonNegative: Range = /* @__PURE__ */ from0Below(Infinity);
/** Finite and above 0. */
export const positive: Range = { text: '(0, Infinity)', contains: (value) => value > 0 && Number.isFinite(value) };
/** Any number but NaN and the infinities. */
export const finite: Range = { text: '(-Infinity, Infinity)', contains: (value) => Number.isFinite(value) };
/** 1, 2, 3, ... */
export const count: Range = { text: '1, 2, 3, ...', contains: (value) => Number.isSafeInteger(value) && value >= 1 };

/** Throws unless a number lies in its range. */
export function checkOption(symbol: string, option: string, value: number, range: Range, example: number): void {
  check(range.contains(value), symbol, () => `expected ${option} in ${range.text}, got ${value}. Pass for example ${example}.`);
}
