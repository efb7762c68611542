import { cpu, selectBackend } from '@kumiko/backend';
import { beforeAll, expect } from 'vitest';
import { float32Goldens } from './float32-goldens.fixture.ts';

beforeAll(async () => {
  expect((await selectBackend([cpu()])).name).toBe('cpu');
});

float32Goldens();
