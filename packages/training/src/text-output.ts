/** Where a log is written: the path of a file, in Node, that lines are appended to; or anything that takes text. */
export type TextOutput = string | { write(text: string): unknown };
