import { within, withinRows } from './bounds';
import { maxOfLanes, sumIntegers } from './simd';

/**
 * A block of 32 quantised activations: the integers, then 16 bytes about them.
 *
 * The relaxed build has an instruction that multiplies bytes, so it keeps bytes. The other has one for pairs of 16 bits: it
 * keeps 16 bits, of each four columns in the order 0, 2, 1, 3, because the even bytes of a vector of weights and the odd ones
 * become vectors of 16 bits by a mask and by a shift.
 */
const INTEGERS: usize = ASC_FEATURE_RELAXED_SIMD ? 32 : 64;
export const ACTIVATION_BLOCK: usize = ASC_FEATURE_RELAXED_SIMD ? 48 : 80;
/** A float: activation = scale · integer. */
export const SCALE: usize = INTEGERS;
/** A float: scale · Σ integers, what a minimum is multiplied by. */
export const SCALED_SUM: usize = INTEGERS + 4;
/** An integer: −8 · Σ integers. Sixteen of it take an offset of 128 from the weights, four one of 32. */
export const SUM8: usize = INTEGERS + 8;
/** The same of the first 16 columns. */
export const SUM8_FIRST: usize = INTEGERS + 12;

export function quantizedRowBytes(columns: i32): usize {
  return ((<usize>columns) >> 5) * ACTIVATION_BLOCK;
}

export function quantizeRows(x: usize, rows: i32, columns: i32, out: usize): void {
  withinRows(x, rows, columns, columns);
  within(out, <usize>rows * quantizedRowBytes(columns));
  // Rows lie one behind the other, and so do their blocks.
  for (let blocks = (rows * columns) >> 5; blocks > 0; blocks--) {
    quantizeBlock(x, out);
    x += 128;
    out += ACTIVATION_BLOCK;
  }
}

@inline
function quantizeBlock(x: usize, out: usize): void {
  const a = v128.load(x);
  const b = v128.load(x, 16);
  const c = v128.load(x, 32);
  const d = v128.load(x, 48);
  const e = v128.load(x, 64);
  const f = v128.load(x, 80);
  const g = v128.load(x, 96);
  const h = v128.load(x, 112);
  const largest = maxOfLanes(
    f32x4.max(
      f32x4.max(f32x4.max(f32x4.abs(a), f32x4.abs(b)), f32x4.max(f32x4.abs(c), f32x4.abs(d))),
      f32x4.max(f32x4.max(f32x4.abs(e), f32x4.abs(f)), f32x4.max(f32x4.abs(g), f32x4.abs(h))),
    ),
  );
  // To 11 bits, as a half float has them: llama.cpp keeps scales so, and near ties then fall as its ties fall.
  const bits = reinterpret<u32>(largest / 127);
  const scale = reinterpret<f32>((bits + 0x0fff + ((bits >> 13) & 1)) & 0xffffe000);
  // Below this the inverse would be infinite. A block with a NaN gets no integers and a scale of NaN.
  const inverse = f32x4.splat(largest > 1e-30 ? <f32>127 / largest : <f32>0);
  const ab = toIntegers(a, b, inverse);
  const cd = toIntegers(c, d, inverse);
  const ef = toIntegers(e, f, inverse);
  const gh = toIntegers(g, h, inverse);
  if (ASC_FEATURE_RELAXED_SIMD) {
    v128.store(out, i8x16.narrow_i16x8_s(ab, cd));
    v128.store(out, i8x16.narrow_i16x8_s(ef, gh), 16);
  } else {
    v128.store(out, evenThenOdd(ab));
    v128.store(out, evenThenOdd(cd), 16);
    v128.store(out, evenThenOdd(ef), 32);
    v128.store(out, evenThenOdd(gh), 48);
  }
  const first = sumIntegers(i32x4.extadd_pairwise_i16x8_s(i16x8.add(ab, cd)));
  const sum = first + sumIntegers(i32x4.extadd_pairwise_i16x8_s(i16x8.add(ef, gh)));
  store<f32>(out, scale, SCALE);
  store<f32>(out, scale * <f32>sum, SCALED_SUM);
  store<i32>(out, -8 * sum, SUM8);
  store<i32>(out, -8 * first, SUM8_FIRST);
}

@inline
function toIntegers(a: v128, b: v128, inverse: v128): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(a, inverse))),
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(b, inverse))),
  );
}

@inline
function evenThenOdd(v: v128): v128 {
  return v128.shuffle<i16>(v, v, 0, 2, 1, 3, 4, 6, 5, 7);
}
