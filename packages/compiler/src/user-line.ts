/** @internal */

/** A place in the user's code, `file:line:column`, looked up when it is printed: most never are, and reading a stack takes long. */
export interface Line {
  toString(): string;
}

/** Frames of dependencies (tfjs), of this package and of the runtime are not the user's. */
const FOREIGN =
  /node_modules|tf-(core|backend)|[/\\]compiler[/\\](src|dist)[/\\](?!.*\.test\.)|node:internal|at new |at Object\.<anonymous> \(native/;

/** The line of the user's code that is running, or `an unknown line` when the stack does not say. */
export function userLine(): Line {
  const place = new Error('stack');
  return { toString: () => firstOfUser(place.stack ?? '') };
}

function firstOfUser(stack: string): string {
  const frame = stack
    .split('\n')
    .slice(1)
    .find((text) => !FOREIGN.test(text));
  const found = /\(?((?:file:\/\/|https?:\/\/|\/|[A-Z]:\\)[^()\s]+:\d+:\d+)\)?$/.exec(frame ?? '')?.[1];
  return found?.replace(/\?[^:]*(?=:\d+:\d+$)/, '') ?? 'an unknown line';
}
