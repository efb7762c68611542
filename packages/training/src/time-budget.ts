import { check } from '@kumiko/core';
import type { Callback } from './callback.ts';

/** Options of {@link timeBudget}. */
export interface TimeBudgetOptions {
  /** Clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
}

/**
 * A callback that ends a run after the batch in which its time is up; the time counts from when the callback is made.
 *
 * @param seconds above 0
 * @param options clock
 * @throws KumikoError when `seconds` is not above 0
 * @example
 * const budget = timeBudget(3600);
 * budget.name; // 'timeBudget'
 */
export function timeBudget(seconds: number, { now = () => performance.now() }: TimeBudgetOptions = {}): Callback {
  check(seconds > 0, 'timeBudget', () => `expected seconds above 0, got ${seconds}. Pass for example 3600.`);
  const end = now() + seconds * 1000;
  return {
    name: 'timeBudget',
    onBatch({ stop }) {
      if (now() >= end) stop();
    },
  };
}
