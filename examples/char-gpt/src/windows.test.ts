import { beforeAll, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { disposeTree, key } from '@kumiko/core';
import { allWindows, randomWindows, type TextBatch } from './windows.ts';

const sizes = { batch: 2, context: 3 };
/** A text whose characters are their places. */
const tokens = Int32Array.from({ length: 20 }, (_, i) => i);
beforeAll(async () => {
  await selectBackend([cpu()]);
});

async function collect(source: AsyncIterable<TextBatch>): Promise<number[][][]> {
  const all: number[][][] = [];
  for await (const batch of source) {
    const x = batch.x.arraySync();
    expect(batch.y.arraySync()).toEqual(x.map((row) => row.map((place) => place + 1)));
    expect([batch.x.dtype, batch.y.dtype]).toEqual(['int32', 'int32']);
    all.push(x);
    disposeTree(batch);
  }
  return all;
}

test('random windows lie anywhere, by the key and the pass; the last pass is shorter', async () => {
  const source = randomWindows(tokens, sizes, 40, 100, key(0));
  const [first, again, second, third] = [await collect(source), await collect(source.pass(0)), await collect(source.pass(1)), await collect(source.pass(2))]; // prettier-ignore
  expect(first).toHaveLength(40);
  expect(again).toEqual(first);
  expect(second).not.toEqual(first);
  expect(third).toHaveLength(20);
  const starts = [...first, ...second].flat().map(([start]) => start as number);
  // A window needs 3 characters and the one behind them: starts 0 to 16.
  expect([Math.min(...starts), Math.max(...starts)]).toEqual([0, 16]);
});

test('all windows stand side by side; fewer are spread', async () => {
  // 19 characters have one behind them: 6 windows of 3, 3 batches of 2.
  const all = await collect(allWindows(tokens, sizes));
  expect(all.map((batch) => batch.map(([start]) => start))).toEqual([[0, 3], [6, 9], [12, 15]]); // prettier-ignore
  expect(await collect(allWindows(tokens, sizes, 2))).toEqual([all[0], all[1]]);
  expect(await collect(allWindows(tokens, { batch: 50, context: 3 }))).toEqual([all.flat()]);
});
