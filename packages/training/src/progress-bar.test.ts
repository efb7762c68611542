import { expect, test } from 'vitest';
import type { Logs } from './callback.ts';
import { batchEvent, epochEvent } from './events.fixture.ts';
import { formatDuration } from './internal/format-duration.ts';
import { progressBar, type ProgressBarOptions } from './progress-bar.ts';

const ESCAPE = '\u001b';

/** A bar over 3 epochs of 40 batches of 50 samples, 10 ms a batch, and what it has written. */
function show(
  options: { isTTY?: boolean; columns?: number; known?: boolean } & ProgressBarOptions,
  batches: readonly number[],
): Promise<string[]> {
  const written: string[] = [];
  let time = 0;
  const { isTTY = false, columns = 80, known = true, ...rest } = options;
  const bar = progressBar({ output: { write: (text) => written.push(text), isTTY, columns }, now: () => time, unit: 'images', ...rest });
  const at = (batch: number) => ({
    epoch: 1,
    epochs: 3,
    batch,
    batches: known ? 40 : undefined,
    samples: 50 * batch,
    elapsed: 10 * batch,
  });
  const logs: Logs = { loss: 0.12345, accuracy: 0.5, matrix: [[1]] };
  return (async () => {
    for (const batch of batches) {
      time = 1000 * batch;
      await bar.onBatch?.(batchEvent({ ...at(batch), loss: 9, logs: () => Promise.resolve(logs) }));
    }
    await bar.onEpoch?.(epochEvent({ ...at(40), train: logs, validation: { loss: 12345, accuracy: 1 } }));
    await bar.onEnd?.();
    return written;
  })();
}

const closing = 'epoch 2/3  0.4 s  loss 0.1235  accuracy 0.5000  validation loss 1.23e+4  accuracy 1.0000\n';

test('writes plain lines at intervals into a pipe', async () => {
  // Batch 1 comes 1 s after the start, batch 5 after 5 s. 35 batches of this epoch and 40 of the next are left: 75 * 10 ms.
  expect(await show({ interval: 5 }, [1, 2, 5, 6, 9, 10])).toEqual([
    'epoch 2/3   5/40  5,000 images/s  0.8 s left  loss 0.1235  accuracy 0.5000\n',
    'epoch 2/3  10/40  5,000 images/s  0.7 s left  loss 0.1235  accuracy 0.5000\n',
    closing,
  ]);
});

test('knows no time left while it does not know how many batches there are', async () => {
  const [line] = await show({ interval: 0, known: false }, [7]);
  expect(line).toBe('epoch 2/3  7  5,000 images/s  loss 0.1235  accuracy 0.5000\n');
});

test('draws over one line in a terminal', async () => {
  const written = await show({ isTTY: true, columns: 100 }, [10, 40]);
  const fields = '5,000 images/s';
  expect(written).toEqual([
    `\repoch 2/3  10/40  [=====----------------]  ${fields}  0.7 s left  loss 0.1235  accuracy 0.5000${ESCAPE}[K`,
    `\repoch 2/3  40/40  [=====================]  ${fields}  0.4 s left  loss 0.1235  accuracy 0.5000${ESCAPE}[K`,
    `\r${ESCAPE}[K${closing}`,
  ]);
});

test.each([1, 12, 20, 40, 60, 79, 80, 120])('never draws wider than %i columns', async (columns) => {
  const [drawn] = await show({ isTTY: true, columns }, [20]);
  const text = drawn?.slice(1, -3) ?? '';
  expect(text.length).toBeLessThan(columns);
  expect(text.startsWith('epoch 2/3  20/40'.slice(0, Math.max(0, columns - 1)))).toBe(true);
});

test('takes 80 columns where the width is not known', async () => {
  const [drawn] = await show({ isTTY: true, columns: 0 }, [20]);
  expect(drawn).toBe(`\repoch 2/3  20/40  5,000 images/s  0.6 s left  loss 0.1235  accuracy 0.5000${ESCAPE}[K`);
});

test('ends a drawn line when a run ends in the middle', async () => {
  const written: string[] = [];
  let time = 0;
  const bar = progressBar({ output: { write: (text) => written.push(text), isTTY: true }, now: () => time });
  time = 200;
  const event = batchEvent({ batches: 2 });
  await bar.onBatch?.(event);
  await bar.onBatch?.(event);
  await bar.onEnd?.();
  expect(written).toHaveLength(2);
  expect(written[1]).toBe('\n');
});

test.each([
  [0, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [185, '3 min 05 s'],
  [3599.6, '1 h 00 min'],
  [7620, '2 h 07 min'],
])('formatDuration(%d) is %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
