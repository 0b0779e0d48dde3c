import { within } from './bounds';
import { exp4, maxOfLanes, sumOfLanes } from './simd';

/** Looks for the largest value, then for its place: both passes are a few instructions for four floats. */
export function argmax(x: usize, count: i32): i32 {
  within(x, <usize>count << 2);
  const largest = f32x4.splat(maximum(x, count));
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const found = i32x4.bitmask(f32x4.eq(v128.load(x + (<usize>i << 2)), largest));
    if (found) return i + ctz(found);
  }
  for (; i < count; i++) {
    if (load<f32>(x + (<usize>i << 2)) == f32x4.extract_lane(largest, 0)) return i;
  }
  return 0;
}

export function logSumExp(x: usize, count: i32): f32 {
  within(x, <usize>count << 2);
  const largest = maximum(x, count);
  const shift = f32x4.splat(largest);
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    sums = f32x4.add(sums, exp4(f32x4.sub(v128.load(x + (<usize>i << 2)), shift)));
  }
  let sum = sumOfLanes(sums);
  for (; i < count; i++) {
    sum += f32x4.extract_lane(exp4(f32x4.sub(v128.load32_splat(x + (<usize>i << 2)), shift)), 0);
  }
  return largest + logarithm(sum);
}

@inline
function maximum(x: usize, count: i32): f32 {
  let largest4 = f32x4.splat(-Infinity);
  let i = 0;
  for (; i + 4 <= count; i += 4) largest4 = f32x4.max(largest4, v128.load(x + (<usize>i << 2)));
  let largest = maxOfLanes(largest4);
  for (; i < count; i++) largest = max(largest, load<f32>(x + (<usize>i << 2)));
  return largest;
}

/**
 * ln x for x ≥ 1: the exponent times ln 2, and for the rest m in [1, 2) the series of 2 · artanh((m − 1) / (m + 1)). The
 * standard library's has tables, which would need a place in a memory that others share.
 */
function logarithm(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  const exponent = <f64>((bits >> 23) - 127);
  const m = <f64>reinterpret<f32>((bits & 0x7fffff) | 0x3f800000);
  const s = (m - 1) / (m + 1);
  const q = s * s;
  let p = 1 / 13.0;
  p = p * q + 1 / 11.0;
  p = p * q + 1 / 9.0;
  p = p * q + 1 / 7.0;
  p = p * q + 1 / 5.0;
  p = p * q + 1 / 3.0;
  p = p * q + 1;
  return <f32>(exponent * 0.6931471805599453 + 2 * s * p);
}
