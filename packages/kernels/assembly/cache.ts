import { within, withinRows } from './bounds';
import { maxOfLanes } from './simd';

export function storeHeads(
  x: usize,
  rows: i32,
  stride: i32,
  heads: i32,
  headSize: i32,
  cache: usize,
  capacity: i32,
  position: i32,
): void {
  withinRows(x, rows, stride, heads * headSize);
  within(cache, (<usize>heads * capacity * headSize) << 2);
  if (!ASC_NO_ASSERT && position + rows > capacity) unreachable();
  const bytes = <usize>headSize << 2;
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const from = x + <usize>head * bytes;
      const to = cache + (<usize>head * capacity + position + row) * bytes;
      for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
    }
    x += <usize>stride << 2;
  }
}

export function storeHeads8(
  x: usize,
  rows: i32,
  stride: i32,
  heads: i32,
  headSize: i32,
  cache: usize,
  scales: usize,
  capacity: i32,
  position: i32,
): void {
  withinRows(x, rows, stride, heads * headSize);
  within(cache, <usize>heads * capacity * headSize);
  within(scales, (<usize>heads * capacity) << 2);
  if (!ASC_NO_ASSERT && position + rows > capacity) unreachable();
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const place = <usize>head * capacity + position + row;
      store<f32>(
        scales + (place << 2),
        storeBytes(x + ((<usize>(head * headSize)) << 2), headSize, cache + place * headSize),
      );
    }
    x += <usize>stride << 2;
  }
}

/** Floats as bytes from −127 to 127; their scale. */
@inline
function storeBytes(x: usize, count: i32, out: usize): f32 {
  const end = x + (<usize>count << 2);
  let largest4 = f32x4.splat(0);
  for (let p = x; p < end; p += 16) largest4 = f32x4.max(largest4, f32x4.abs(v128.load(p)));
  const largest = maxOfLanes(largest4);
  const inverse = f32x4.splat(largest > 1e-30 ? 127 / largest : 0);
  for (; x < end; x += 64) {
    const a = toIntegers(v128.load(x), inverse);
    const b = toIntegers(v128.load(x, 16), inverse);
    const c = toIntegers(v128.load(x, 32), inverse);
    const d = toIntegers(v128.load(x, 48), inverse);
    v128.store(out, i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
    out += 16;
  }
  return largest / 127;
}

@inline
function toIntegers(v: v128, inverse: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v, inverse)));
}
