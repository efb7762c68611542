/** Where progress is written: `process.stdout`, or anything like it. */
export interface ProgressOutput {
  write(text: string): unknown;
  /** Whether a line can be drawn over. Default: false. */
  readonly isTTY?: boolean;
  /** Width of a line in characters. Default: 80. */
  readonly columns?: number;
}
