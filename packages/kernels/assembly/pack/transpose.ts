/** Stores four rows of four 32-bit pieces as four columns. */
@inline
export function storeTransposed(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const abEnd = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdEnd = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(out, v128.shuffle<i64>(ab, cd, 1, 3), 16);
  v128.store(out, v128.shuffle<i64>(abEnd, cdEnd, 0, 2), 32);
  v128.store(out, v128.shuffle<i64>(abEnd, cdEnd, 1, 3), 48);
}
