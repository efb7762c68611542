/** Says after each test file how many calls ran compiled, and why others did not. */
import { afterAll } from 'vitest';
import { tally } from './compiled-calls.ts';

afterAll(() => {
  const refused = [...tally.refused].map(([reason, count]) => `  ${count} not compiled: ${reason}`);
  if (tally.compiled + refused.length > 0) console.log([`${tally.compiled} calls compiled`, ...refused].join('\n'));
});
