import { BITS8_BLOCK } from '../formats';
import { ACTIVATION_BLOCK, SUM8 } from '../quantize';
import { addScaled, FOUR, storeRows } from './dot';

/** Four output rows for one row of activations. */
export function bits8One(w: usize, blocks: i32, x: usize, y: usize, accumulate: i32): void {
  let a = f32x4.splat(0);
  for (; blocks > 0; blocks--) {
    a = addBlock(w, x, a);
    w += BITS8_BLOCK;
    x += ACTIVATION_BLOCK;
  }
  storeRows(y, a, accumulate);
}

/** The same for four rows of activations. */
export function bits8Four(
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
    w += BITS8_BLOCK;
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

/**
 * Relaxed: the instruction multiplies a signed byte by one of seven bits, so each weight goes in as two nibbles, whose sums
 * are put together again: exact, and the same on every machine.
 */
@inline
function addBlock(w: usize, x: usize, total: v128): v128 {
  const offset = v128.load32_splat(x, SUM8);
  let sums: v128;
  if (ASC_FEATURE_RELAXED_SIMD) {
    const low = i16x8.add(
      i16x8.add(
        i16x8.add(lowNibbles(w, x), lowNibbles(w + 16, x + 4)),
        i16x8.add(lowNibbles(w + 32, x + 8), lowNibbles(w + 48, x + 12)),
      ),
      i16x8.add(
        i16x8.add(lowNibbles(w + 64, x + 16), lowNibbles(w + 80, x + 20)),
        i16x8.add(lowNibbles(w + 96, x + 24), lowNibbles(w + 112, x + 28)),
      ),
    );
    const high = i16x8.add(
      i16x8.add(
        i16x8.add(highNibbles(w, x), highNibbles(w + 16, x + 4)),
        i16x8.add(highNibbles(w + 32, x + 8), highNibbles(w + 48, x + 12)),
      ),
      i16x8.add(
        i16x8.add(highNibbles(w + 64, x + 16), highNibbles(w + 80, x + 20)),
        i16x8.add(highNibbles(w + 96, x + 24), highNibbles(w + 112, x + 28)),
      ),
    );
    sums = i32x4.add(
      i32x4.extadd_pairwise_i16x8_s(low),
      i32x4.shl(i32x4.add(i32x4.extadd_pairwise_i16x8_s(high), offset), 4),
    );
  } else {
    sums = i32x4.add(
      i32x4.add(
        i32x4.add(bytes(w, x), bytes(w + 16, x + FOUR)),
        i32x4.add(bytes(w + 32, x + 2 * FOUR), bytes(w + 48, x + 3 * FOUR)),
      ),
      i32x4.add(
        i32x4.add(bytes(w + 64, x + 4 * FOUR), bytes(w + 80, x + 5 * FOUR)),
        i32x4.add(bytes(w + 96, x + 6 * FOUR), bytes(w + 112, x + 7 * FOUR)),
      ),
    );
    sums = i32x4.add(sums, i32x4.shl(offset, 4));
  }
  return addScaled(sums, v128.load(w, 128), x, total);
}

@inline
function lowNibbles(w: usize, x: usize): v128 {
  return i16x8.relaxed_dot_i8x16_i7x16_s(v128.load32_splat(x), v128.and(v128.load(w), i8x16.splat(15)));
}

@inline
function highNibbles(w: usize, x: usize): v128 {
  return i16x8.relaxed_dot_i8x16_i7x16_s(
    v128.load32_splat(x),
    v128.and(i16x8.shr_u(v128.load(w), 4), i8x16.splat(15)),
  );
}

@inline
function bytes(w: usize, x: usize): v128 {
  const v = v128.load(w);
  return i32x4.add(
    i32x4.dot_i16x8_s(v128.and(v, i16x8.splat(255)), v128.load32_splat(x)),
    i32x4.dot_i16x8_s(i16x8.shr_u(v, 8), v128.load32_splat(x, 4)),
  );
}
