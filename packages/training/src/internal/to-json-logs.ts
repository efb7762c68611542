import { mapTree } from '@kumiko/core';
import type { Logs } from '../callback.ts';

/** Logs as JSON can say them: numbers that are not finite become texts. */
export function toJsonLogs(logs: Logs): Logs {
  return mapTree((value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value), logs as never) as Logs;
}
