import { expect, test } from 'vitest';
import { errorsOfStep, stepwise } from './steps.fixture.ts';
import { errorsOf, trajectories } from './trajectories.fixture.ts';

/** What float32 may be off, beside an oracle in float32 that is off so much from itself in float64. */
function allowed(oracle: number): number {
  return Math.max(1e-6, 3 * oracle);
}

/** All goldens in single precision, on whichever backend is set. */
export function float32Goldens(): void {
  test.each(trajectories)('100 steps in float32 agree with the golden: %s', (_file, trajectory) => {
    expect(trajectory.every * trajectory.after.length).toBe(100);
    errorsOf(trajectory).forEach((error, i) => {
      expect(error).toBeLessThanOrEqual(allowed(trajectory.float32Errors[i] ?? Math.max(...trajectory.float32Errors)));
    });
  });

  test.each(stepwise)('single steps in float32 from the golden state agree: %s', (_file, golden) => {
    for (const step of golden.steps) {
      errorsOfStep(golden, step).params.forEach((error, i) => {
        expect(error).toBeLessThanOrEqual(allowed(step.float32Errors[i] as number));
      });
    }
  });
}
