import { within } from './bounds';
import { BITS4, BITS4_BLOCK, BITS6, BITS6_BLOCK, BITS8, BITS8_BLOCK, FLOAT16, FLOAT32, packedGroupBytes } from './formats';
import { loadHalves4 } from './half';
import { quantizedRowBytes, VALUE_SHIFT } from './quantize';
import { multiplyAdd } from './simd';

/** `y = W·x` or `y += W·x` for some groups of four rows of a packed matrix; see ../src/wasm/kernel-exports.ts. */
export function matmul(
  format: i32, matrix: usize, groups: i32, columns: i32, x: usize, rows: i32, y: usize, yStride: i32, accumulate: i32,
): void {
  within(matrix, <usize>groups * <usize>packedGroupBytes(format, columns));
  within(x, <usize>rows * (format == FLOAT16 || format == FLOAT32 ? <usize>columns << 2 : <usize>quantizedRowBytes(columns)));
  within(y, ((<usize>(rows - 1) * <usize>yStride) << 2) + (<usize>groups << 4));
  const groupBytes = <usize>packedGroupBytes(format, columns);
  const xBytes = format == FLOAT16 || format == FLOAT32 ? <usize>columns << 2 : <usize>quantizedRowBytes(columns);
  const yBytes = <usize>yStride << 2;
  for (let group = 0; group < groups; group++) {
    let row = 0;
    let from = x;
    let to = y;
    // Four rows at once use each weight four times for one load.
    for (; row + 4 <= rows; row += 4) {
      if (format == BITS4) fourRows4(matrix, from, xBytes, columns, to, yBytes, accumulate);
      else if (format == BITS8) fourRows8(matrix, from, xBytes, columns, to, yBytes, accumulate);
      else if (format == BITS6) {
        for (let i: usize = 0; i < 4; i++) oneRow6(matrix, from + i * xBytes, columns, to + i * yBytes, accumulate);
      } else {
        for (let i: usize = 0; i < 4; i++) {
          oneRowFloat(format, matrix, from + i * xBytes, columns, to + i * yBytes, accumulate);
        }
      }
      from += xBytes << 2;
      to += yBytes << 2;
    }
    for (; row < rows; row++) {
      if (format == BITS4) oneRow4(matrix, from, columns, to, accumulate);
      else if (format == BITS8) oneRow8(matrix, from, columns, to, accumulate);
      else if (format == BITS6) oneRow6(matrix, from, columns, to, accumulate);
      else oneRowFloat(format, matrix, from, columns, to, accumulate);
      from += xBytes;
      to += yBytes;
    }
    matrix += groupBytes;
    y += 16;
  }
}

// @ts-expect-error: decorator
@inline
function finish(y: usize, sum: v128, accumulate: i32): void {
  v128.store(y, accumulate ? f32x4.add(sum, v128.load(y)) : sum);
}

/**
 * Sixteen unsigned weights below 16 (four rows × four columns) with four values, added to one integer a row. The relaxed
 * dot product gives the same on every engine, because its second operand has no upper bit.
 */
// @ts-expect-error: decorator
@inline
function dotRelaxed(values: v128, weights: v128, sum: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(values, weights, sum);
}

// Without it, 16-bit products leave rows 0 and 1 (rows 2 and 3) in two lanes each; `joined` brings them together.
// @ts-expect-error: decorator
@inline
function dotLow(values: v128, weights: v128, sum: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(weights), values));
}

// @ts-expect-error: decorator
@inline
function dotHigh(values: v128, weights: v128, sum: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(weights), values));
}

// @ts-expect-error: decorator
@inline
function joined(low: v128, high: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(low, high, 0, 2, 4, 6), v128.shuffle<i32>(low, high, 1, 3, 5, 7));
}

/** Σ q·x of a block of 4-bit weights. */
// @ts-expect-error: decorator
@inline
function dotBlock4(w: usize, x: usize): v128 {
  const mask = i8x16.splat(15);
  const v0 = v128.load(w), v1 = v128.load(w, 16), v2 = v128.load(w, 32), v3 = v128.load(w, 48);
  if (ASC_FEATURE_RELAXED_SIMD) {
    let d = dotRelaxed(v128.load32_splat(x, 0), v128.and(v0, mask), i32x4.splat(0));
    let e = dotRelaxed(v128.load32_splat(x, 16), i8x16.shr_u(v0, 4), i32x4.splat(0));
    d = dotRelaxed(v128.load32_splat(x, 4), v128.and(v1, mask), d);
    e = dotRelaxed(v128.load32_splat(x, 20), i8x16.shr_u(v1, 4), e);
    d = dotRelaxed(v128.load32_splat(x, 8), v128.and(v2, mask), d);
    e = dotRelaxed(v128.load32_splat(x, 24), i8x16.shr_u(v2, 4), e);
    d = dotRelaxed(v128.load32_splat(x, 12), v128.and(v3, mask), d);
    e = dotRelaxed(v128.load32_splat(x, 28), i8x16.shr_u(v3, 4), e);
    return i32x4.add(d, e);
  }
  let low = i32x4.splat(0), high = i32x4.splat(0);
  let part = v128.and(v0, mask);
  low = dotLow(v128.load64_splat(x, 0), part, low);
  high = dotHigh(v128.load64_splat(x, 0), part, high);
  part = i8x16.shr_u(v0, 4);
  low = dotLow(v128.load64_splat(x, 32), part, low);
  high = dotHigh(v128.load64_splat(x, 32), part, high);
  part = v128.and(v1, mask);
  low = dotLow(v128.load64_splat(x, 8), part, low);
  high = dotHigh(v128.load64_splat(x, 8), part, high);
  part = i8x16.shr_u(v1, 4);
  low = dotLow(v128.load64_splat(x, 40), part, low);
  high = dotHigh(v128.load64_splat(x, 40), part, high);
  part = v128.and(v2, mask);
  low = dotLow(v128.load64_splat(x, 16), part, low);
  high = dotHigh(v128.load64_splat(x, 16), part, high);
  part = i8x16.shr_u(v2, 4);
  low = dotLow(v128.load64_splat(x, 48), part, low);
  high = dotHigh(v128.load64_splat(x, 48), part, high);
  part = v128.and(v3, mask);
  low = dotLow(v128.load64_splat(x, 24), part, low);
  high = dotHigh(v128.load64_splat(x, 24), part, high);
  part = i8x16.shr_u(v3, 4);
  low = dotLow(v128.load64_splat(x, 56), part, low);
  high = dotHigh(v128.load64_splat(x, 56), part, high);
  return joined(low, high);
}

// @ts-expect-error: decorator
@inline
function add4(w: usize, facts: usize, dots: v128, sum: v128): v128 {
  const scaled = multiplyAdd(f32x4.convert_i32x4_s(dots), f32x4.mul(v128.load(w, 64), v128.load32_splat(facts)), sum);
  return multiplyAdd(v128.load(w, 80), v128.load32_splat(facts, 4), scaled);
}

function oneRow4(w: usize, x: usize, columns: i32, y: usize, accumulate: i32): void {
  let facts = x + (<usize>columns << VALUE_SHIFT);
  let sum = f32x4.splat(0);
  for (const end = w + <usize>(columns >> 5) * BITS4_BLOCK; w < end; w += BITS4_BLOCK) {
    sum = add4(w, facts, dotBlock4(w, x), sum);
    x += <usize>32 << VALUE_SHIFT;
    facts += 16;
  }
  finish(y, sum, accumulate);
}

function fourRows4(w: usize, x: usize, xBytes: usize, columns: i32, y: usize, yBytes: usize, accumulate: i32): void {
  const facts = <usize>columns << VALUE_SHIFT;
  let x1 = x + xBytes, x2 = x1 + xBytes, x3 = x2 + xBytes;
  let f0 = x + facts, f1 = x1 + facts, f2 = x2 + facts, f3 = x3 + facts;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (const end = w + <usize>(columns >> 5) * BITS4_BLOCK; w < end; w += BITS4_BLOCK) {
    if (ASC_FEATURE_RELAXED_SIMD) {
      const mask = i8x16.splat(15);
      let d0 = i32x4.splat(0), d1 = d0, d2 = d0, d3 = d0;
      let v = v128.load(w), low = v128.and(v, mask), high = i8x16.shr_u(v, 4);
      d0 = dotRelaxed(v128.load32_splat(x, 16), high, dotRelaxed(v128.load32_splat(x, 0), low, d0));
      d1 = dotRelaxed(v128.load32_splat(x1, 16), high, dotRelaxed(v128.load32_splat(x1, 0), low, d1));
      d2 = dotRelaxed(v128.load32_splat(x2, 16), high, dotRelaxed(v128.load32_splat(x2, 0), low, d2));
      d3 = dotRelaxed(v128.load32_splat(x3, 16), high, dotRelaxed(v128.load32_splat(x3, 0), low, d3));
      v = v128.load(w, 16);
      low = v128.and(v, mask);
      high = i8x16.shr_u(v, 4);
      d0 = dotRelaxed(v128.load32_splat(x, 20), high, dotRelaxed(v128.load32_splat(x, 4), low, d0));
      d1 = dotRelaxed(v128.load32_splat(x1, 20), high, dotRelaxed(v128.load32_splat(x1, 4), low, d1));
      d2 = dotRelaxed(v128.load32_splat(x2, 20), high, dotRelaxed(v128.load32_splat(x2, 4), low, d2));
      d3 = dotRelaxed(v128.load32_splat(x3, 20), high, dotRelaxed(v128.load32_splat(x3, 4), low, d3));
      v = v128.load(w, 32);
      low = v128.and(v, mask);
      high = i8x16.shr_u(v, 4);
      d0 = dotRelaxed(v128.load32_splat(x, 24), high, dotRelaxed(v128.load32_splat(x, 8), low, d0));
      d1 = dotRelaxed(v128.load32_splat(x1, 24), high, dotRelaxed(v128.load32_splat(x1, 8), low, d1));
      d2 = dotRelaxed(v128.load32_splat(x2, 24), high, dotRelaxed(v128.load32_splat(x2, 8), low, d2));
      d3 = dotRelaxed(v128.load32_splat(x3, 24), high, dotRelaxed(v128.load32_splat(x3, 8), low, d3));
      v = v128.load(w, 48);
      low = v128.and(v, mask);
      high = i8x16.shr_u(v, 4);
      d0 = dotRelaxed(v128.load32_splat(x, 28), high, dotRelaxed(v128.load32_splat(x, 12), low, d0));
      d1 = dotRelaxed(v128.load32_splat(x1, 28), high, dotRelaxed(v128.load32_splat(x1, 12), low, d1));
      d2 = dotRelaxed(v128.load32_splat(x2, 28), high, dotRelaxed(v128.load32_splat(x2, 12), low, d2));
      d3 = dotRelaxed(v128.load32_splat(x3, 28), high, dotRelaxed(v128.load32_splat(x3, 12), low, d3));
      s0 = add4(w, f0, d0, s0);
      s1 = add4(w, f1, d1, s1);
      s2 = add4(w, f2, d2, s2);
      s3 = add4(w, f3, d3, s3);
    } else {
      s0 = add4(w, f0, dotBlock4(w, x), s0);
      s1 = add4(w, f1, dotBlock4(w, x1), s1);
      s2 = add4(w, f2, dotBlock4(w, x2), s2);
      s3 = add4(w, f3, dotBlock4(w, x3), s3);
    }
    const step = <usize>32 << VALUE_SHIFT;
    x += step;
    x1 += step;
    x2 += step;
    x3 += step;
    f0 += 16;
    f1 += 16;
    f2 += 16;
    f3 += 16;
  }
  finish(y, s0, accumulate);
  finish(y + yBytes, s1, accumulate);
  finish(y + (yBytes << 1), s2, accumulate);
  finish(y + yBytes * 3, s3, accumulate);
}

/** Σ (q + 128)·x of four columns × eight; the relaxed form takes the two halves of a byte one by one: 16·upper + lower. */
// @ts-expect-error: decorator
@inline
function dotBlock8(w: usize, x: usize): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    const mask = i8x16.splat(15);
    let v = v128.load(w);
    let low = dotRelaxed(v128.load32_splat(x, 0), v128.and(v, mask), i32x4.splat(0));
    let high = dotRelaxed(v128.load32_splat(x, 0), i8x16.shr_u(v, 4), i32x4.splat(0));
    v = v128.load(w, 16);
    low = dotRelaxed(v128.load32_splat(x, 4), v128.and(v, mask), low);
    high = dotRelaxed(v128.load32_splat(x, 4), i8x16.shr_u(v, 4), high);
    v = v128.load(w, 32);
    low = dotRelaxed(v128.load32_splat(x, 8), v128.and(v, mask), low);
    high = dotRelaxed(v128.load32_splat(x, 8), i8x16.shr_u(v, 4), high);
    v = v128.load(w, 48);
    low = dotRelaxed(v128.load32_splat(x, 12), v128.and(v, mask), low);
    high = dotRelaxed(v128.load32_splat(x, 12), i8x16.shr_u(v, 4), high);
    v = v128.load(w, 64);
    low = dotRelaxed(v128.load32_splat(x, 16), v128.and(v, mask), low);
    high = dotRelaxed(v128.load32_splat(x, 16), i8x16.shr_u(v, 4), high);
    v = v128.load(w, 80);
    low = dotRelaxed(v128.load32_splat(x, 20), v128.and(v, mask), low);
    high = dotRelaxed(v128.load32_splat(x, 20), i8x16.shr_u(v, 4), high);
    v = v128.load(w, 96);
    low = dotRelaxed(v128.load32_splat(x, 24), v128.and(v, mask), low);
    high = dotRelaxed(v128.load32_splat(x, 24), i8x16.shr_u(v, 4), high);
    v = v128.load(w, 112);
    low = dotRelaxed(v128.load32_splat(x, 28), v128.and(v, mask), low);
    high = dotRelaxed(v128.load32_splat(x, 28), i8x16.shr_u(v, 4), high);
    return i32x4.add(low, i32x4.shl(high, 4));
  }
  let low = i32x4.splat(0), high = i32x4.splat(0);
  let v = v128.load(w);
  low = dotLow(v128.load64_splat(x, 0), v, low);
  high = dotHigh(v128.load64_splat(x, 0), v, high);
  v = v128.load(w, 16);
  low = dotLow(v128.load64_splat(x, 8), v, low);
  high = dotHigh(v128.load64_splat(x, 8), v, high);
  v = v128.load(w, 32);
  low = dotLow(v128.load64_splat(x, 16), v, low);
  high = dotHigh(v128.load64_splat(x, 16), v, high);
  v = v128.load(w, 48);
  low = dotLow(v128.load64_splat(x, 24), v, low);
  high = dotHigh(v128.load64_splat(x, 24), v, high);
  v = v128.load(w, 64);
  low = dotLow(v128.load64_splat(x, 32), v, low);
  high = dotHigh(v128.load64_splat(x, 32), v, high);
  v = v128.load(w, 80);
  low = dotLow(v128.load64_splat(x, 40), v, low);
  high = dotHigh(v128.load64_splat(x, 40), v, high);
  v = v128.load(w, 96);
  low = dotLow(v128.load64_splat(x, 48), v, low);
  high = dotHigh(v128.load64_splat(x, 48), v, high);
  v = v128.load(w, 112);
  low = dotLow(v128.load64_splat(x, 56), v, low);
  high = dotHigh(v128.load64_splat(x, 56), v, high);
  return joined(low, high);
}

// @ts-expect-error: decorator
@inline
function add8(w: usize, facts: usize, dots: v128, sum: v128): v128 {
  const offset = i32x4.shl(i32x4.add(v128.load32_splat(facts, 8), v128.load32_splat(facts, 12)), 7);
  return multiplyAdd(
    f32x4.convert_i32x4_s(i32x4.sub(dots, offset)),
    f32x4.mul(v128.load(w, 128), v128.load32_splat(facts)),
    sum,
  );
}

function oneRow8(w: usize, x: usize, columns: i32, y: usize, accumulate: i32): void {
  let facts = x + (<usize>columns << VALUE_SHIFT);
  let sum = f32x4.splat(0);
  for (const end = w + <usize>(columns >> 5) * BITS8_BLOCK; w < end; w += BITS8_BLOCK) {
    sum = add8(w, facts, dotBlock8(w, x), sum);
    x += <usize>32 << VALUE_SHIFT;
    facts += 16;
  }
  finish(y, sum, accumulate);
}

function fourRows8(w: usize, x: usize, xBytes: usize, columns: i32, y: usize, yBytes: usize, accumulate: i32): void {
  const facts = <usize>columns << VALUE_SHIFT;
  const x1 = x + xBytes, x2 = x1 + xBytes, x3 = x2 + xBytes;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let fact: usize = facts;
  let value: usize = 0;
  for (const end = w + <usize>(columns >> 5) * BITS8_BLOCK; w < end; w += BITS8_BLOCK) {
    s0 = add8(w, x + fact, dotBlock8(w, x + value), s0);
    s1 = add8(w, x1 + fact, dotBlock8(w, x1 + value), s1);
    s2 = add8(w, x2 + fact, dotBlock8(w, x2 + value), s2);
    s3 = add8(w, x3 + fact, dotBlock8(w, x3 + value), s3);
    value += <usize>32 << VALUE_SHIFT;
    fact += 16;
  }
  finish(y, s0, accumulate);
  finish(y + yBytes, s1, accumulate);
  finish(y + (yBytes << 1), s2, accumulate);
  finish(y + yBytes * 3, s3, accumulate);
}

/** Six bits: the upper two come out of one vector by shifts. Below 64, so the relaxed dot product takes them whole. */
function oneRow6(w: usize, x: usize, columns: i32, y: usize, accumulate: i32): void {
  const mask = i8x16.splat(15), pair = i8x16.splat(0x30);
  let facts = x + (<usize>columns << VALUE_SHIFT);
  let sum = f32x4.splat(0);
  for (const end = w + <usize>(columns >> 5) * BITS6_BLOCK; w < end; w += BITS6_BLOCK) {
    const v0 = v128.load(w), v1 = v128.load(w, 16), v2 = v128.load(w, 32), v3 = v128.load(w, 48);
    const a = v128.load(w, 64), b = v128.load(w, 80);
    const l0 = v128.or(v128.and(v0, mask), v128.and(i8x16.shl(a, 4), pair));
    const l1 = v128.or(v128.and(v1, mask), v128.and(i8x16.shl(a, 2), pair));
    const l2 = v128.or(v128.and(v2, mask), v128.and(a, pair));
    const l3 = v128.or(v128.and(v3, mask), v128.and(i8x16.shr_u(a, 2), pair));
    const h0 = v128.or(i8x16.shr_u(v0, 4), v128.and(i8x16.shl(b, 4), pair));
    const h1 = v128.or(i8x16.shr_u(v1, 4), v128.and(i8x16.shl(b, 2), pair));
    const h2 = v128.or(i8x16.shr_u(v2, 4), v128.and(b, pair));
    const h3 = v128.or(i8x16.shr_u(v3, 4), v128.and(i8x16.shr_u(b, 2), pair));
    let first: v128, last: v128;
    if (ASC_FEATURE_RELAXED_SIMD) {
      first = dotRelaxed(v128.load32_splat(x, 0), l0, i32x4.splat(0));
      first = dotRelaxed(v128.load32_splat(x, 4), l1, first);
      first = dotRelaxed(v128.load32_splat(x, 8), l2, first);
      first = dotRelaxed(v128.load32_splat(x, 12), l3, first);
      last = dotRelaxed(v128.load32_splat(x, 16), h0, i32x4.splat(0));
      last = dotRelaxed(v128.load32_splat(x, 20), h1, last);
      last = dotRelaxed(v128.load32_splat(x, 24), h2, last);
      last = dotRelaxed(v128.load32_splat(x, 28), h3, last);
    } else {
      let low = dotLow(v128.load64_splat(x, 0), l0, i32x4.splat(0)), high = dotHigh(v128.load64_splat(x, 0), l0, i32x4.splat(0));
      low = dotLow(v128.load64_splat(x, 8), l1, low);
      high = dotHigh(v128.load64_splat(x, 8), l1, high);
      low = dotLow(v128.load64_splat(x, 16), l2, low);
      high = dotHigh(v128.load64_splat(x, 16), l2, high);
      low = dotLow(v128.load64_splat(x, 24), l3, low);
      high = dotHigh(v128.load64_splat(x, 24), l3, high);
      first = joined(low, high);
      low = dotLow(v128.load64_splat(x, 32), h0, i32x4.splat(0));
      high = dotHigh(v128.load64_splat(x, 32), h0, i32x4.splat(0));
      low = dotLow(v128.load64_splat(x, 40), h1, low);
      high = dotHigh(v128.load64_splat(x, 40), h1, high);
      low = dotLow(v128.load64_splat(x, 48), h2, low);
      high = dotHigh(v128.load64_splat(x, 48), h2, high);
      low = dotLow(v128.load64_splat(x, 56), h3, low);
      high = dotHigh(v128.load64_splat(x, 56), h3, high);
      last = joined(low, high);
    }
    const scale = v128.load32_splat(facts);
    first = i32x4.sub(first, i32x4.shl(v128.load32_splat(facts, 8), 5));
    last = i32x4.sub(last, i32x4.shl(v128.load32_splat(facts, 12), 5));
    sum = multiplyAdd(f32x4.convert_i32x4_s(first), f32x4.mul(v128.load(w, 96), scale), sum);
    sum = multiplyAdd(f32x4.convert_i32x4_s(last), f32x4.mul(v128.load(w, 112), scale), sum);
    x += <usize>32 << VALUE_SHIFT;
    facts += 16;
  }
  finish(y, sum, accumulate);
}

function oneRowFloat(format: i32, w: usize, x: usize, columns: i32, y: usize, accumulate: i32): void {
  // Four sums, so that one addition need not wait for the other.
  let a = f32x4.splat(0), b = a, c = a, d = a;
  for (const end = x + (<usize>columns << 2); x < end; x += 16) {
    if (format == FLOAT16) {
      a = multiplyAdd(loadHalves4(w), v128.load32_splat(x), a);
      b = multiplyAdd(loadHalves4(w + 8), v128.load32_splat(x, 4), b);
      c = multiplyAdd(loadHalves4(w + 16), v128.load32_splat(x, 8), c);
      d = multiplyAdd(loadHalves4(w + 24), v128.load32_splat(x, 12), d);
      w += 32;
    } else {
      a = multiplyAdd(v128.load(w), v128.load32_splat(x), a);
      b = multiplyAdd(v128.load(w, 16), v128.load32_splat(x, 4), b);
      c = multiplyAdd(v128.load(w, 32), v128.load32_splat(x, 8), c);
      d = multiplyAdd(v128.load(w, 48), v128.load32_splat(x, 12), d);
      w += 64;
    }
  }
  finish(y, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), accumulate);
}
