import { cpu, selectBackend } from '@kumiko/backend';
import { beforeAll, expect } from 'vitest';
import { recipesContract } from './recipes-contract.fixture.ts';

beforeAll(async () => {
  expect((await selectBackend([cpu()])).name).toBe('cpu');
});

recipesContract();
