/** @internal */
import { check } from '@kumiko/core';
import { copyBytes } from './copy-bytes.ts';

/**
 * The JSON object that bytes hold.
 *
 * @param what the file is called in errors
 * @throws KumikoError when they are no UTF-8, no JSON, or another value
 */
export function readJsonObject(symbol: string, what: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    // A copy: pages refuse to decode shared memory.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(copyBytes(bytes)));
  } catch {
    check(false, symbol, () => `expected ${what} to be JSON, got other bytes. Fetch or write the file again.`);
  }
  check(isRecord(value), symbol, () => `expected ${what} to be a JSON object, got another value. Fetch or write the file again.`);
  return value;
}

/** Whether a JSON value is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is a shape: an array of integers >= 0. */
export function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((axis) => Number.isSafeInteger(axis) && (axis as number) >= 0);
}
