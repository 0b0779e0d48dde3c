import { BITS4_BLOCK } from '../formats';
import { ACTIVATION_BLOCK, SCALED_SUM } from '../quantize';
import { multiplyAdd } from '../simd';
import { addScaled, addSums, dotNibbles, FOUR, rowSums, storeRows } from './dot';

/** Four output rows for one row of activations. */
export function bits4One(w: usize, blocks: i32, x: usize, y: usize, accumulate: i32): void {
  let a = f32x4.splat(0);
  for (; blocks > 0; blocks--) {
    a = addBlock(w, x, a);
    w += BITS4_BLOCK;
    x += ACTIVATION_BLOCK;
  }
  storeRows(y, a, accumulate);
}

/** The same for four rows of activations: the compiler takes the nibbles apart once for all four. */
export function bits4Four(
  w: usize,
  blocks: i32,
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  accumulate: i32,
): void {
  let a = f32x4.splat(0),
    b = a,
    c = a,
    d = a;
  let x1 = x + xStride;
  let x2 = x1 + xStride;
  let x3 = x2 + xStride;
  for (; blocks > 0; blocks--) {
    a = addBlock(w, x, a);
    b = addBlock(w, x1, b);
    c = addBlock(w, x2, c);
    d = addBlock(w, x3, d);
    w += BITS4_BLOCK;
    x += ACTIVATION_BLOCK;
    x1 += ACTIVATION_BLOCK;
    x2 += ACTIVATION_BLOCK;
    x3 += ACTIVATION_BLOCK;
  }
  storeRows(y, a, accumulate);
  storeRows(y + yStride, b, accumulate);
  storeRows(y + 2 * yStride, c, accumulate);
  storeRows(y + 3 * yStride, d, accumulate);
}

@inline
function addBlock(w: usize, x: usize, total: v128): v128 {
  const sums = addSums(
    addSums(
      dotNibbles(v128.load(w), x, x + 4 * FOUR),
      dotNibbles(v128.load(w, 16), x + FOUR, x + 5 * FOUR),
    ),
    addSums(
      dotNibbles(v128.load(w, 32), x + 2 * FOUR, x + 6 * FOUR),
      dotNibbles(v128.load(w, 48), x + 3 * FOUR, x + 7 * FOUR),
    ),
  );
  total = addScaled(rowSums(sums), v128.load(w, 64), x, total);
  return multiplyAdd(v128.load(w, 80), v128.load32_splat(x, SCALED_SUM), total);
}
