import type { Callback, Logs, Progress } from './callback.ts';
import { formatDuration } from './internal/format-duration.ts';
import type { ProgressOutput } from './progress-output.ts';

/** Options of {@link progressBar}. */
export interface ProgressBarOptions {
  /** Default: the process's standard output. A page has none: pass `{ write: (text) => ... }`. */
  readonly output?: ProgressOutput;
  /** Seconds between plain lines when the output is no terminal; 0 writes one a batch. Default: 5. */
  readonly interval?: number;
  /** What samples are called. Default: `'samples'`. */
  readonly unit?: string;
  /** Clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
}

/** Milliseconds between two drawings of a line. */
const REDRAW = 100;
const DEFAULT_COLUMNS = 80;
const LONGEST_BAR = 24;
const SHORTEST_BAR = 6;

/**
 * A callback that shows how a run goes: epoch, batches, rate, time left, mean loss and metrics; after each epoch a line that stays.
 *
 * In a terminal one line is drawn over, at most ten times a second and never wider than the terminal. Elsewhere (a pipe, a file) plain
 * lines are written now and then, without control characters.
 *
 * @param options all optional
 * @example
 * const lines: string[] = [];
 * const bar = progressBar({ output: { write: (text) => lines.push(text) }, unit: 'images' });
 * const epoch = { epoch: 0, epochs: 2, batch: 10, batches: 10, samples: 320, elapsed: 1600, stop() {}, state: {} as TrainState };
 * bar.onEpoch?.({ ...epoch, train: { loss: 0.5, accuracy: 0.875 }, validation: { loss: 0.25 } });
 * lines[0]; // 'epoch 1/2  1.6 s  loss 0.5000  accuracy 0.8750  validation loss 0.2500\n'
 */
export function progressBar(options: ProgressBarOptions = {}): Callback {
  const { output = standardOutput(), interval = 5, unit = 'samples', now = () => performance.now() } = options;
  const tty = output.isTTY === true;
  const pause = tty ? REDRAW : interval * 1000;
  let last = now();
  let drawn = false;

  const line = (text: string): void => {
    output.write(drawn ? `\r\u001b[K${text}\n` : `${text}\n`);
    drawn = false;
  };

  return {
    async onBatch(event) {
      if (now() - last < pause) return;
      last = now();
      const fields = [...rateAndTime(event, unit), ...formatLogs(await event.logs())];
      if (!tty) return line([head(event), ...fields].join('  '));
      output.write(`\r${draw(event, fields, widthOf(output) - 1)}\u001b[K`);
      drawn = true;
    },
    onEpoch({ epoch, epochs, elapsed, train, validation }) {
      const validated = validation ? formatLogs(validation).map((field, i) => (i === 0 ? `validation ${field}` : field)) : [];
      line([`epoch ${epoch + 1}/${epochs}`, formatDuration(elapsed / 1000), ...formatLogs(train), ...validated].join('  '));
      last = now();
    },
    onEnd() {
      if (drawn) output.write('\n');
      drawn = false;
    },
  };
}

function standardOutput(): ProgressOutput {
  const { process } = globalThis as { process?: { stdout?: ProgressOutput } };
  // oxlint-disable-next-line no-console -- what a page has instead
  return process?.stdout ?? { write: (text) => console.log(text.trimEnd()) };
}

/** A terminal that does not know its width says 0. */
function widthOf({ columns = 0 }: ProgressOutput): number {
  return columns > 0 ? columns : DEFAULT_COLUMNS;
}

/** `epoch 1/5  40/250`, the numbers as wide as they will get. */
function head({ epoch, epochs, batch, batches }: Progress): string {
  const of = batches === undefined ? String(batch) : `${String(batch).padStart(String(batches).length)}/${batches}`;
  return `epoch ${epoch + 1}/${epochs}  ${of}`;
}

function rateAndTime({ epoch, epochs, batch, batches, samples, elapsed }: Progress, unit: string): string[] {
  const rate = samples / (elapsed / 1000);
  const fields = [`${Math.round(rate).toLocaleString('en-US')} ${unit}/s`];
  if (batches === undefined) return fields;
  const left = batches - batch + batches * (epochs - epoch - 1);
  return [...fields, `${formatDuration((left * elapsed) / batch / 1000)} left`];
}

/** Numbers among the logs; a report such as a matrix has no place in a line. */
function formatLogs(logs: Logs): string[] {
  return Object.entries(logs).flatMap(([name, value]) => (typeof value === 'number' ? [`${name} ${formatNumber(value)}`] : []));
}

function formatNumber(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e4) || !Number.isFinite(value) ? value.toFixed(4) : value.toExponential(2);
}

/** Head, bar and fields in at most `width` characters: the bar gives way first, then the last fields. */
function draw(event: Progress, fields: readonly string[], width: number): string {
  const shown = [...fields];
  while (shown.length > 0 && [head(event), ...shown].join('  ').length > width) shown.pop();
  const text = [head(event), ...shown].join('  ').slice(0, Math.max(0, width));
  const room = Math.min(LONGEST_BAR, width - text.length - 2);
  if (event.batches === undefined || room < SHORTEST_BAR || shown.length < fields.length) return text;
  const done = Math.floor(((room - 2) * event.batch) / event.batches);
  return [head(event), `[${'='.repeat(done)}${'-'.repeat(room - 2 - done)}]`, ...shown].join('  ');
}
