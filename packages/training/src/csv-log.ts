import { check } from '@kumiko/core';
import type { Callback, EpochEvent } from './callback.ts';
import { appendText, hasText } from './internal/append-text.ts';
import type { TextOutput } from './text-output.ts';

/**
 * A callback that writes a row of comma-separated values after each epoch: `epoch` from 1, `step`, `seconds`, the logs of the training and, as
 * `validation_...`, those of the validation. What is no number (a matrix) is left out. A file is appended to: a resumed run goes on in it,
 * and of two rows of one epoch the later counts.
 *
 * @param output path of a file, or what takes the text
 * @throws KumikoError after an epoch, when it has other columns than the first, or for a path where there is no file system
 * @example
 * const lines: string[] = [];
 * const log = csvLog({ write: (text) => lines.push(text) });
 * const epoch = { epoch: 0, epochs: 1, batch: 9, batches: 9, step: 9, samples: 9, elapsed: 1500, state: {} as TrainState };
 * await log.onEpoch?.({ ...epoch, train: { loss: 0.5 }, validation: { loss: 0.25 } } as EpochEvent);
 * lines.join(''); // 'epoch,step,seconds,loss,validation_loss\n1,9,1.5,0.5,0.25\n'
 * @see RFC 4180
 */
export function csvLog(output: TextOutput): Callback {
  let columns: readonly string[] | undefined;
  return {
    name: 'csvLog',
    async onEpoch(event) {
      const row = rowOf(event);
      const names = Object.keys(row);
      if (columns === undefined) {
        columns = names;
        if (!(await hasText('csvLog', output))) await appendText('csvLog', output, `${names.map(quote).join(',')}\n`);
      }
      const expected = columns;
      check(
        names.length === expected.length && names.every((name, i) => name === expected[i]),
        'csvLog',
        () =>
          `expected the columns ${expected.join(', ')}, got ${names.join(', ')}. Log the same numbers in every epoch, or use jsonLinesLog.`,
      );
      await appendText('csvLog', output, `${names.map((name) => String(row[name])).join(',')}\n`);
    },
  };
}

function rowOf({ epoch, step, elapsed, train, validation = {} }: EpochEvent): Record<string, number> {
  const row: Record<string, number> = { epoch: epoch + 1, step, seconds: elapsed / 1000 };
  for (const [name, value] of Object.entries(train)) if (typeof value === 'number') row[name] = value;
  for (const [name, value] of Object.entries(validation)) if (typeof value === 'number') row[`validation_${name}`] = value;
  return row;
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
