import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { beforeAll, expect } from 'vitest';
import { float32Goldens } from './float32-goldens.fixture.ts';

beforeAll(async () => {
  expect((await selectBackend([wasm({ threads: 1 })])).name).toBe('wasm');
});

float32Goldens();
