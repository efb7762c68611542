/** Rows of b in a stretch: 128 of them, a cache line each, fill a quarter of the smallest cache. */
const STRETCH: i32 = 128;

/**
 * Four rows and eight columns of `a b`: `c[i][j] (+)= sum over k of a[i][k] b[k][j]`. The strides are in bytes: `aRow` between a's rows, whose
 * elements lie side by side, `bStep` between b's rows, `cRow` between c's.
 */
function tileOfRows(a: usize, aRow: usize, b: usize, bStep: usize, depth: i32, c: usize, cRow: usize, adds: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let b0: v128;
  let b1: v128;
  let s: v128;
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let left = depth;
  for (; left >= 4; left -= 4) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b += bStep;
    s = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a1);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a2);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a3);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b += bStep;
    s = v128.load_splat<f32>(a, 4);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a1, 4);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a2, 4);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a3, 4);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b += bStep;
    s = v128.load_splat<f32>(a, 8);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a1, 8);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a2, 8);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a3, 8);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b += bStep;
    s = v128.load_splat<f32>(a, 12);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a1, 12);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a2, 12);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a3, 12);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    a += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
  }
  for (; left > 0; left--) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b += bStep;
    s = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a1);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a2);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a3);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    a += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
  }
  writeTileRow(c, c00, c01, adds);
  writeTileRow(c + cRow, c10, c11, adds);
  writeTileRow(c + 2 * cRow, c20, c21, adds);
  writeTileRow(c + 3 * cRow, c30, c31, adds);
}

/** The same where a stands transposed: its four rows lie side by side, `aStep` bytes from one column to the next. */
function tileOfColumns(a: usize, aStep: usize, b: usize, bStep: usize, depth: i32, c: usize, cRow: usize, adds: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let b0: v128;
  let b1: v128;
  let s: v128;
  for (let k = 0; k < depth; k++) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b += bStep;
    s = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    a += aStep;
  }
  writeTileRow(c, c00, c01, adds);
  writeTileRow(c + cRow, c10, c11, adds);
  writeTileRow(c + 2 * cRow, c20, c21, adds);
  writeTileRow(c + 3 * cRow, c30, c31, adds);
}

/** One row of what the tiles have four of. */
function tile1(a: usize, aStep: usize, b: usize, bStep: usize, depth: i32, c: usize, adds: bool): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  for (let k = 0; k < depth; k++) {
    const s = v128.load_splat<f32>(a);
    c0 = f32x4.add(c0, f32x4.mul(s, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(s, v128.load(b, 16)));
    a += aStep;
    b += bStep;
  }
  writeTileRow(c, c0, c1, adds);
}

// @ts-ignore: decorator
@inline
function writeTileRow(c: usize, c0: v128, c1: v128, adds: bool): void {
  v128.store(c, adds ? f32x4.add(v128.load(c), c0) : c0);
  v128.store(c, adds ? f32x4.add(v128.load(c, 16), c1) : c1, 16);
}

/**
 * `c (+)= a b` for `rows` rows and `panels` times eight columns, `bPanel` bytes from one panel of b to the next. Either a's rows or its columns
 * lie side by side: `aStep` or `aRow` is 4. A sum runs over k in order, whatever the number of rows.
 */
export function product(
  a: usize,
  aRow: usize,
  aStep: usize,
  rows: i32,
  b: usize,
  bPanel: usize,
  bStep: usize,
  panels: i32,
  depth: i32,
  c: usize,
  cRow: usize,
  adds: bool,
): void {
  // A stretch of b's panel stays in the nearest cache while all rows of a pass over it.
  for (let start = 0; start < depth; start += STRETCH) {
    const stretch = min<i32>(STRETCH, depth - start);
    const sums = adds || start > 0;
    let columns = b + <usize>start * bStep;
    for (let panel = 0; panel < panels; panel++) {
      let from = a + <usize>start * aStep;
      let to = c + (<usize>panel << 5);
      let left = rows;
      for (; left >= 4; left -= 4) {
        if (aStep === 4) tileOfRows(from, aRow, columns, bStep, stretch, to, cRow, sums);
        else tileOfColumns(from, aStep, columns, bStep, stretch, to, cRow, sums);
        from += aRow << 2;
        to += cRow << 2;
      }
      for (; left > 0; left--) {
        tile1(from, aStep, columns, bStep, stretch, to, sums);
        from += aRow;
        to += cRow;
      }
      columns += bPanel;
    }
  }
}

/**
 * Rows `[rows,size]` as the columns of panels `[size][8]`, zeros behind the last row: what {@link product} takes as b to multiply by the
 * transpose. `size` is a multiple of 4.
 */
export function packTransposed(from: usize, rows: i32, size: i32, to: usize): void {
  const line = <usize>size << 2;
  for (let row = 0; row < rows; row += 8) {
    const count = min<i32>(8, rows - row);
    for (let half = 0; half < 8; half += 4) {
      for (let d: usize = 0; d < line; d += 16) {
        const zero = f32x4.splat(0);
        const at = from + <usize>half * line + d;
        const r0 = half < count ? v128.load(at) : zero;
        const r1 = half + 1 < count ? v128.load(at + line) : zero;
        const r2 = half + 2 < count ? v128.load(at + 2 * line) : zero;
        const r3 = half + 3 < count ? v128.load(at + 3 * line) : zero;
        const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
        const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
        const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
        const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
        const out = to + (d << 3) + (<usize>half << 2);
        v128.store(out, v128.shuffle<i64>(low01, low23, 0, 2));
        v128.store(out, v128.shuffle<i64>(low01, low23, 1, 3), 32);
        v128.store(out, v128.shuffle<i64>(high01, high23, 0, 2), 64);
        v128.store(out, v128.shuffle<i64>(high01, high23, 1, 3), 96);
      }
    }
    from += line << 3;
    to += line << 3;
  }
}
