import { check } from '@kumiko/core';

/** An interval of numbers: which ends belong to it, and its text. */
export interface Range {
  readonly text: string;
  readonly contains: (value: number) => boolean;
}

/** [0, 1) */
export const decayRange: Range = { text: '[0, 1)', contains: (value) => value >= 0 && value < 1 };
/** Finite and at least 0. */
export const nonNegative: Range = { text: '[0, Infinity)', contains: (value) => value >= 0 && Number.isFinite(value) };
/** Finite and above 0. */
export const positive: Range = { text: '(0, Infinity)', contains: (value) => value > 0 && Number.isFinite(value) };
/** Any number but NaN and the infinities. */
export const finite: Range = { text: '(-Infinity, Infinity)', contains: Number.isFinite };
/** 1, 2, 3, ... */
export const count: Range = { text: '1, 2, 3, ...', contains: (value) => Number.isSafeInteger(value) && value >= 1 };

/** Throws unless a number lies in its range. */
export function checkOption(symbol: string, option: string, value: number, range: Range, example: number): void {
  check(range.contains(value), symbol, () => `expected ${option} in ${range.text}, got ${value}. Pass for example ${example}.`);
}
