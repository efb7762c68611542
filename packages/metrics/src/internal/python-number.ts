/** The most digits that JavaScript gives; more than any number that lies halfway between two of at most 20 digits has. */
const MOST_DIGITS = 100;

/** A number >= 0 with some digits behind the point, as Python writes it: halfway between two it is the even one, where JavaScript takes the larger. */
export function pythonFixed(value: number, digits: number): string {
  const exact = value.toFixed(MOST_DIGITS);
  const end = exact.indexOf('.') + 1 + digits;
  const isHalfway = /^50*$/u.test(exact.slice(end));
  const below = exact.slice(0, digits === 0 ? end - 1 : end);
  return isHalfway && Number(below.at(-1)) % 2 === 0 ? below : value.toFixed(digits);
}

/** A number >= 0 as Python's `str` writes a float. */
export function pythonFloat(value: number): string {
  if (value !== 0 && (value < 1e-4 || value >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/u, 'e$10$2');
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
