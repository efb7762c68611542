/**
 * The one error class of Kumiko: bad input or an environment that cannot do what was asked.
 * `code` is the symbol that refused, so that callers can tell errors apart without reading the text.
 */
export class KumikoError extends Error {
  /** The same in every copy of the package, where `instanceof` would not know the others' errors. */
  override readonly name = 'KumikoError';
  /** The function, option or subsystem that refused. */
  declare readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
  }
}

/**
 * Whether a value is an error that Kumiko raised on purpose, whichever copy of the package raised it.
 *
 * @example
 * isKumikoError(new KumikoError('dense', 'expected units > 0, got 0. Pass a positive integer.')); // true
 */
export function isKumikoError(value: unknown): value is KumikoError {
  return value instanceof Error && value.name === 'KumikoError';
}

/**
 * Throws a {@link KumikoError} unless `condition` holds. The message is a function, so that a passing check costs nothing.
 *
 * @param condition what must hold
 * @param code the symbol that refuses, for example `dense`
 * @param message says `expected <what>, got <received>. <How to fix it>.`
 * @throws KumikoError when `condition` is false
 * @example
 * check(3 > 0, 'dense', () => 'expected units > 0, got 0. Pass a positive integer.');
 */
export function check(condition: boolean, code: string, message: () => string): asserts condition {
  if (!condition) throw new KumikoError(code, message());
}
