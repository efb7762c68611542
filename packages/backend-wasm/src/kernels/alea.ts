/** What Baagøe's mash makes of a string, one after the other. */
function mash(): (text: string) => number {
  let n = 0xefc8249d;
  return (text) => {
    for (let i = 0; i < text.length; i++) {
      n += text.charCodeAt(i);
      let h = 0.02519603282416938 * n;
      n = h >>> 0;
      h -= n;
      h *= n;
      n = h >>> 0;
      h -= n;
      n += h * 2 ** 32;
    }
    return (n >>> 0) * 2 ** -32;
  };
}

/**
 * The numbers in [0, 1) that tfjs draws from a seed: Baagøe's Alea.
 *
 * @see J. Baagøe, Better random numbers for JavaScript (2010); seedrandom 3.0.5, `alea`
 */
export function alea(seed: string): () => number {
  const next = mash();
  let [a, b, c] = [next(' '), next(' '), next(' ')];
  a -= next(seed);
  if (a < 0) a++;
  b -= next(seed);
  if (b < 0) b++;
  c -= next(seed);
  if (c < 0) c++;
  let carry = 1;
  return () => {
    const t = 2091639 * a + carry * 2 ** -32;
    a = b;
    b = c;
    carry = Math.trunc(t);
    c = t - carry;
    return c;
  };
}
