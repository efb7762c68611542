/** @internal */

/** Frames of dependencies (tfjs), of this package and of the runtime are not the user's. */
const FOREIGN =
  /node_modules|tf-(core|backend)|[/\\]compiler[/\\](src|dist)[/\\](?!.*\.test\.)|node:internal|at new |at Object\.<anonymous> \(native/;

/** The line of the user's code that is running, `file:line:column`, or an empty text when the stack does not say. */
export function userLine(): string {
  const frames = (new Error('stack').stack ?? '').split('\n').slice(1);
  const frame = frames.find((text) => !FOREIGN.test(text));
  return /\(?((?:file:\/\/|https?:\/\/|\/|[A-Z]:\\)[^()\s]+:\d+:\d+)\)?$/.exec(frame ?? '')?.[1]?.replace(/\?[^:]*(?=:\d+:\d+$)/, '') ?? '';
}
