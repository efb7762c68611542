/** @internal A replacer for `JSON.stringify`, which would write NaN and the infinities as null, and -0 as 0. */
export function exactNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? { number: Object.is(value, -0) ? '-0' : String(value) }
    : value;
}
