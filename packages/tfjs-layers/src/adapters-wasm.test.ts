import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { beforeAll, expect } from 'vitest';
import { adaptersContract } from './adapters-contract.fixture.ts';

beforeAll(async () => {
  expect((await selectBackend([wasm({ threads: 1 })])).name).toBe('wasm');
});

adaptersContract();
