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
