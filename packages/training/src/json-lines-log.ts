import type { Callback, Logs } from './callback.ts';
import { appendText } from './internal/append-text.ts';
import { toJsonLogs } from './internal/to-json-logs.ts';
import type { TextOutput } from './text-output.ts';

/** Options of {@link jsonLinesLog}. */
export interface JsonLinesLogOptions {
  /** Also writes a line every so many updates, with the loss of that batch; 0 (default) writes none. */
  readonly batches?: number;
}

/**
 * A callback that writes a line of JSON after each epoch, `{"epoch":1,"step":9,"seconds":1.5,"train":{...},"validation":{...}}`, and for
 * batches, if they are asked for, `{"epoch":1,"step":3,"loss":0.5}`. Numbers that are not finite are texts, as JSON has none.
 * A file is appended to: a resumed run goes on in it, and of two lines of one step the later counts.
 *
 * @param output path of a file, or what takes the text
 * @param options lines for batches
 * @throws KumikoError for a path where there is no file system
 * @example
 * const lines: string[] = [];
 * const log = jsonLinesLog({ write: (text) => lines.push(text) });
 * const epoch = { epoch: 0, epochs: 1, batch: 9, batches: 9, step: 9, samples: 9, elapsed: 1500, state: {} as TrainState };
 * await log.onEpoch?.({ ...epoch, train: { loss: 0.5 }, validation: undefined } as EpochEvent);
 * lines[0]; // '{"epoch":1,"step":9,"seconds":1.5,"train":{"loss":0.5}}\n'
 * @see https://jsonlines.org
 */
export function jsonLinesLog(output: TextOutput, { batches = 0 }: JsonLinesLogOptions = {}): Callback {
  const write = (line: Logs): Promise<void> => appendText('jsonLinesLog', output, `${JSON.stringify(toJsonLogs(line))}\n`);
  return {
    name: 'jsonLinesLog',
    async onBatch({ epoch, step, loss }) {
      if (batches > 0 && step % batches === 0) await write({ epoch: epoch + 1, step, loss });
    },
    async onEpoch({ epoch, step, elapsed, train, validation }) {
      await write({ epoch: epoch + 1, step, seconds: elapsed / 1000, train, ...(validation && { validation }) });
    },
  };
}
