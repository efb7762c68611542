import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { errorsOf, trajectories } from './trajectories.fixture.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

test.each(trajectories)('100 steps in float32 agree with the golden: %s', (_file, trajectory) => {
  expect(trajectory.every * trajectory.after.length).toBe(100);
  errorsOf(trajectory).forEach((error, i) => {
    expect(error).toBeLessThanOrEqual(Math.max(1e-6, 3 * (trajectory.float32Errors[i] ?? Math.max(...trajectory.float32Errors))));
  });
});
