import { halvesToFloats } from '../half';
import { multiplyAdd } from '../simd';
import { storeRows } from './dot';

/** Four output rows for one row of activations, of half floats. Even and odd columns are summed apart. */
export function float16One(w: usize, columns: i32, x: usize, y: usize, accumulate: i32): void {
  let a = f32x4.splat(0),
    b = a;
  for (; columns > 0; columns -= 4) {
    const v = v128.load(w);
    const u = v128.load(w, 16);
    a = multiplyAdd(halvesToFloats(i32x4.extend_low_i16x8_s(v)), v128.load32_splat(x), a);
    b = multiplyAdd(halvesToFloats(i32x4.extend_high_i16x8_s(v)), v128.load32_splat(x, 4), b);
    a = multiplyAdd(halvesToFloats(i32x4.extend_low_i16x8_s(u)), v128.load32_splat(x, 8), a);
    b = multiplyAdd(halvesToFloats(i32x4.extend_high_i16x8_s(u)), v128.load32_splat(x, 12), b);
    w += 32;
    x += 16;
  }
  storeRows(y, f32x4.add(a, b), accumulate);
}

/** The same of floats. */
export function float32One(w: usize, columns: i32, x: usize, y: usize, accumulate: i32): void {
  let a = f32x4.splat(0),
    b = a;
  for (; columns > 0; columns -= 4) {
    a = multiplyAdd(v128.load(w), v128.load32_splat(x), a);
    b = multiplyAdd(v128.load(w, 16), v128.load32_splat(x, 4), b);
    a = multiplyAdd(v128.load(w, 32), v128.load32_splat(x, 8), a);
    b = multiplyAdd(v128.load(w, 48), v128.load32_splat(x, 12), b);
    w += 64;
    x += 16;
  }
  storeRows(y, f32x4.add(a, b), accumulate);
}

/** Half floats for four rows of activations: each weight is made a float once for all four. */
export function float16Four(
  w: usize,
  columns: i32,
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  accumulate: i32,
): void {
  let a = f32x4.splat(0),
    b = a,
    c = a,
    d = a,
    e = a,
    f = a,
    g = a,
    h = a;
  let x1 = x + xStride;
  let x2 = x1 + xStride;
  let x3 = x2 + xStride;
  for (; columns > 0; columns -= 2) {
    const both = v128.load(w);
    const even = halvesToFloats(i32x4.extend_low_i16x8_s(both));
    const odd = halvesToFloats(i32x4.extend_high_i16x8_s(both));
    a = multiplyAdd(even, v128.load32_splat(x), a);
    b = multiplyAdd(odd, v128.load32_splat(x, 4), b);
    c = multiplyAdd(even, v128.load32_splat(x1), c);
    d = multiplyAdd(odd, v128.load32_splat(x1, 4), d);
    e = multiplyAdd(even, v128.load32_splat(x2), e);
    f = multiplyAdd(odd, v128.load32_splat(x2, 4), f);
    g = multiplyAdd(even, v128.load32_splat(x3), g);
    h = multiplyAdd(odd, v128.load32_splat(x3, 4), h);
    w += 16;
    x += 8;
    x1 += 8;
    x2 += 8;
    x3 += 8;
  }
  storeRows(y, f32x4.add(a, b), accumulate);
  storeRows(y + yStride, f32x4.add(c, d), accumulate);
  storeRows(y + 2 * yStride, f32x4.add(e, f), accumulate);
  storeRows(y + 3 * yStride, f32x4.add(g, h), accumulate);
}

/** Floats for four rows of activations. */
export function float32Four(
  w: usize,
  columns: i32,
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  accumulate: i32,
): void {
  let a = f32x4.splat(0),
    b = a,
    c = a,
    d = a,
    e = a,
    f = a,
    g = a,
    h = a;
  let x1 = x + xStride;
  let x2 = x1 + xStride;
  let x3 = x2 + xStride;
  for (; columns > 0; columns -= 2) {
    const even = v128.load(w);
    const odd = v128.load(w, 16);
    a = multiplyAdd(even, v128.load32_splat(x), a);
    b = multiplyAdd(odd, v128.load32_splat(x, 4), b);
    c = multiplyAdd(even, v128.load32_splat(x1), c);
    d = multiplyAdd(odd, v128.load32_splat(x1, 4), d);
    e = multiplyAdd(even, v128.load32_splat(x2), e);
    f = multiplyAdd(odd, v128.load32_splat(x2, 4), f);
    g = multiplyAdd(even, v128.load32_splat(x3), g);
    h = multiplyAdd(odd, v128.load32_splat(x3, 4), h);
    w += 32;
    x += 8;
    x1 += 8;
    x2 += 8;
    x3 += 8;
  }
  storeRows(y, f32x4.add(a, b), accumulate);
  storeRows(y + yStride, f32x4.add(c, d), accumulate);
  storeRows(y + 2 * yStride, f32x4.add(e, f), accumulate);
  storeRows(y + 3 * yStride, f32x4.add(g, h), accumulate);
}
