import { within } from './bounds';
import { maxOfLanes } from './simd';

// A quantised row: the values (8 bits in the relaxed build, whose dot product takes them so; 16 bits in the other), then
// for each block of 32: the scale, scale × sum of the values, and the sums of the first and the last 16 values.

/** Bytes of one value. */
// @ts-expect-error: decorator
@inline
export const VALUE_SHIFT: usize = ASC_FEATURE_RELAXED_SIMD ? 0 : 1;

export function quantizedRowBytes(columns: i32): i32 {
  return (columns << <i32>VALUE_SHIFT) + (columns >> 1);
}

/** Activations to 8 bits: the largest of a block becomes ±127, halves round to even. */
export function quantizeRows(x: usize, rows: i32, columns: i32, out: usize): void {
  within(x, <usize>rows * (<usize>columns << 2));
  within(out, <usize>rows * <usize>quantizedRowBytes(columns));
  const blocks = columns >> 5;
  const rowBytes = <usize>quantizedRowBytes(columns);
  for (let row = 0; row < rows; row++) {
    let values = out;
    let facts = out + (<usize>columns << VALUE_SHIFT);
    for (let block = 0; block < blocks; block++) {
      const v0 = v128.load(x), v1 = v128.load(x, 16), v2 = v128.load(x, 32), v3 = v128.load(x, 48);
      const v4 = v128.load(x, 64), v5 = v128.load(x, 80), v6 = v128.load(x, 96), v7 = v128.load(x, 112);
      const largest = maxOfLanes(
        f32x4.max(
          f32x4.max(f32x4.max(f32x4.abs(v0), f32x4.abs(v1)), f32x4.max(f32x4.abs(v2), f32x4.abs(v3))),
          f32x4.max(f32x4.max(f32x4.abs(v4), f32x4.abs(v5)), f32x4.max(f32x4.abs(v6), f32x4.abs(v7))),
        ),
      );
      const scale: f32 = largest / 127;
      const inverse = f32x4.splat(largest > 0 ? <f32>127 / largest : 0);
      const a = narrow(v0, v1, inverse), b = narrow(v2, v3, inverse);
      const c = narrow(v4, v5, inverse), d = narrow(v6, v7, inverse);
      if (ASC_FEATURE_RELAXED_SIMD) {
        v128.store(values, i8x16.narrow_i16x8_s(a, b));
        v128.store(values, i8x16.narrow_i16x8_s(c, d), 16);
      } else {
        v128.store(values, a);
        v128.store(values, b, 16);
        v128.store(values, c, 32);
        v128.store(values, d, 48);
      }
      const low = sumOf(a, b), high = sumOf(c, d);
      store<f32>(facts, scale);
      store<f32>(facts, scale * <f32>(low + high), 4);
      store<i32>(facts, low, 8);
      store<i32>(facts, high, 12);
      x += 128;
      values += <usize>32 << VALUE_SHIFT;
      facts += 16;
    }
    out += rowBytes;
  }
}

// @ts-expect-error: decorator
@inline
function narrow(low: v128, high: v128, inverse: v128): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(low, inverse))),
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(high, inverse))),
  );
}

// @ts-expect-error: decorator
@inline
function sumOf(a: v128, b: v128): i32 {
  const sums = i32x4.extadd_pairwise_i16x8_s(i16x8.add(a, b));
  return i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
}
