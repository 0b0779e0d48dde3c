import { within, withinRows } from './bounds';
import { exp4, multiplyAdd, sigmoid4 } from './simd';

export function siluMultiply(x: usize, rows: i32, size: i32, out: usize): void {
  withinRows(x, rows, size << 1, size << 1);
  withinRows(out, rows, size, size);
  const bytes = <usize>size << 2;
  for (; rows > 0; rows--) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const gate = v128.load(x + i);
      v128.store(out + i, f32x4.mul(f32x4.mul(gate, sigmoid4(gate)), v128.load(x + i + bytes)));
    }
    x += bytes << 1;
    out += bytes;
  }
}

export function gelu(x: usize, count: i32): void {
  within(x, <usize>count << 2);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const p = x + (<usize>i << 2);
    v128.store(p, gelu4(v128.load(p)));
  }
  for (; i < count; i++) {
    const p = x + (<usize>i << 2);
    store<f32>(p, f32x4.extract_lane(gelu4(v128.load32_splat(p)), 0));
  }
}

/** x · (1 + erf(x / √2)) / 2. */
@inline
function gelu4(x: v128): v128 {
  const half = f32x4.mul(x, f32x4.splat(0.5));
  return multiplyAdd(half, erf4(f32x4.mul(x, f32x4.splat(0.70710678))), half);
}

/** erf to 5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26. */
@inline
function erf4(x: v128): v128 {
  const one = f32x4.splat(1);
  const a = f32x4.abs(x);
  const t = f32x4.div(one, multiplyAdd(a, f32x4.splat(0.3275911), one));
  let p = multiplyAdd(t, f32x4.splat(1.061405429), f32x4.splat(-1.453152027));
  p = multiplyAdd(p, t, f32x4.splat(1.421413741));
  p = multiplyAdd(p, t, f32x4.splat(-0.284496736));
  p = multiplyAdd(p, t, f32x4.splat(0.254829592));
  const rest = f32x4.mul(f32x4.mul(p, t), exp4(f32x4.neg(f32x4.mul(a, a))));
  return v128.bitselect(f32x4.sub(one, rest), x, i32x4.splat(0x7fffffff));
}
