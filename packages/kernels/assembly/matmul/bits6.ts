import { BITS6_BLOCK } from '../formats';
import { ACTIVATION_BLOCK, SUM8, SUM8_FIRST } from '../quantize';
import { addScaled, FOUR, storeRows } from './dot';

/** Four output rows for one row of activations. */
export function bits6One(w: usize, blocks: i32, x: usize, y: usize, accumulate: i32): void {
  let a = f32x4.splat(0);
  for (; blocks > 0; blocks--) {
    a = addBlock(w, x, a);
    w += BITS6_BLOCK;
    x += ACTIVATION_BLOCK;
  }
  storeRows(y, a, accumulate);
}

/** The same for four rows of activations. */
export function bits6Four(
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
    w += BITS6_BLOCK;
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

/** Six bits are fewer than seven: the relaxed instruction takes them whole. The two halves have scales of their own. */
@inline
function addBlock(w: usize, x: usize, total: v128): v128 {
  const nibbles = i8x16.splat(15);
  const upper = i8x16.splat(0x30);
  const n0 = v128.load(w);
  const n1 = v128.load(w, 16);
  const n2 = v128.load(w, 32);
  const n3 = v128.load(w, 48);
  const first = v128.load(w, 64);
  const last = v128.load(w, 80);
  let a = i32x4.shl(v128.load32_splat(x, SUM8_FIRST), 2);
  let b = i32x4.sub(i32x4.shl(v128.load32_splat(x, SUM8), 2), a);
  a = addDot(a, x, v128.or(v128.and(n0, nibbles), v128.and(i16x8.shl(first, 4), upper)));
  a = addDot(a, x + FOUR, v128.or(v128.and(n1, nibbles), v128.and(i16x8.shl(first, 2), upper)));
  a = addDot(a, x + 2 * FOUR, v128.or(v128.and(n2, nibbles), v128.and(first, upper)));
  a = addDot(a, x + 3 * FOUR, v128.or(v128.and(n3, nibbles), v128.and(i16x8.shr_u(first, 2), upper)));
  x += 4 * FOUR;
  b = addDot(b, x, v128.or(highNibbles(n0), v128.and(i16x8.shl(last, 4), upper)));
  b = addDot(b, x + FOUR, v128.or(highNibbles(n1), v128.and(i16x8.shl(last, 2), upper)));
  b = addDot(b, x + 2 * FOUR, v128.or(highNibbles(n2), v128.and(last, upper)));
  b = addDot(b, x + 3 * FOUR, v128.or(highNibbles(n3), v128.and(i16x8.shr_u(last, 2), upper)));
  x -= 4 * FOUR;
  total = addScaled(a, v128.load(w, 96), x, total);
  return addScaled(b, v128.load(w, 112), x, total);
}

@inline
function highNibbles(v: v128): v128 {
  return v128.and(i16x8.shr_u(v, 4), i8x16.splat(15));
}

@inline
function addDot(sums: v128, x: usize, v: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load32_splat(x), v, sums);
  } else {
    return i32x4.add(
      sums,
      i32x4.add(
        i32x4.dot_i16x8_s(v128.and(v, i16x8.splat(255)), v128.load32_splat(x)),
        i32x4.dot_i16x8_s(i16x8.shr_u(v, 8), v128.load32_splat(x, 4)),
      ),
    );
  }
}
