import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { FLOAT32_TOLERANCE } from '@kumiko/testing';
import { beforeAll, expect } from 'vitest';
import { lossesContract } from './losses-contract.fixture.ts';

beforeAll(async () => {
  expect((await selectBackend([wasm({ threads: 1 })])).name).toBe('wasm');
});

lossesContract(FLOAT32_TOLERANCE);
