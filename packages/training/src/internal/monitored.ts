import { check } from '@kumiko/core';
import type { EpochEvent } from '../callback.ts';
import type { Monitor } from '../monitor.ts';

/**
 * The number that a monitor looks at, after an epoch.
 *
 * @throws KumikoError when the logs have no such number, or there is no validation
 */
export function monitored(symbol: string, { name, of }: Monitor, { train, validation }: Pick<EpochEvent, 'train' | 'validation'>): number {
  const logs = of === 'train' ? train : of === 'validation' ? validation : (validation ?? train);
  const value = logs?.[name];
  check(typeof value === 'number', symbol, () => {
    const found = logs === undefined ? 'no validation' : Object.keys(logs).join(', ');
    return `expected a number '${name}' in the logs, got ${found}. Add the metric or the validation data to fit, or name another.`;
  });
  return value;
}

/** Whether a number is better than another, by more than a margin. NaN is never better, and everything is better than NaN. */
export function isBetter({ mode = 'min' }: Monitor, value: number, other: number, margin: number = 0): boolean {
  if (Number.isNaN(value)) return false;
  return Number.isNaN(other) || (mode === 'min' ? value < other - margin : value > other + margin);
}
