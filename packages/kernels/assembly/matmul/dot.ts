import { SCALE } from '../quantize';
import { multiplyAdd } from '../simd';

/**
 * One vector of nibbles (four columns of four rows in the low nibbles, four more in the high ones) times activations.
 * The sums are in the build's own form: {@link rowSums} makes one integer a row of them.
 *
 * Relaxed: sixteen products of bytes, added in pairs to 16 bits. 127 · 15 · 2 fits eight times, so the eight products of a
 * block are added up in 16 bits and widened once, which is less work than letting the machine widen each.
 *
 * @param x the activations of column 4p.
 * @param y those of column 16 + 4p.
 */
@inline
export function dotNibbles(v: v128, x: usize, y: usize): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    const mask = i8x16.splat(15);
    return i16x8.add(
      i16x8.relaxed_dot_i8x16_i7x16_s(v128.load32_splat(x), v128.and(v, mask)),
      i16x8.relaxed_dot_i8x16_i7x16_s(v128.load32_splat(y), v128.and(i16x8.shr_u(v, 4), mask)),
    );
  } else {
    const mask = i16x8.splat(15);
    return i32x4.add(
      i32x4.add(
        i32x4.dot_i16x8_s(v128.and(v, mask), v128.load32_splat(x)),
        i32x4.dot_i16x8_s(v128.and(i16x8.shr_u(v, 8), mask), v128.load32_splat(x, 4)),
      ),
      i32x4.add(
        i32x4.dot_i16x8_s(v128.and(i16x8.shr_u(v, 4), mask), v128.load32_splat(y)),
        i32x4.dot_i16x8_s(i16x8.shr_u(v, 12), v128.load32_splat(y, 4)),
      ),
    );
  }
}

/** Adds two sums of {@link dotNibbles}. */
@inline
export function addSums(a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return i16x8.add(a, b);
  } else {
    return i32x4.add(a, b);
  }
}

/** One integer for each of the four rows. */
@inline
export function rowSums(sums: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return i32x4.extadd_pairwise_i16x8_s(sums);
  } else {
    return sums;
  }
}

/** Bytes that four activations take. */
export const FOUR: usize = ASC_FEATURE_RELAXED_SIMD ? 4 : 8;

/** sums · scales of the weights · scale of the activations + total. */
@inline
export function addScaled(sums: v128, scales: v128, activations: usize, total: v128): v128 {
  return multiplyAdd(
    f32x4.convert_i32x4_s(sums),
    f32x4.mul(scales, v128.load32_splat(activations, SCALE)),
    total,
  );
}

@inline
export function storeRows(y: usize, total: v128, accumulate: i32): void {
  v128.store(y, accumulate ? f32x4.add(v128.load(y), total) : total);
}
