import { within } from './bounds';
import { exp4, multiplyAdd, sumOfLanes } from './simd';

export function rmsNorm(x: usize, weight: usize, rows: i32, columns: i32, epsilon: f32, out: usize): void {
  within(x, <usize>rows * (<usize>columns << 2));
  within(weight, <usize>columns << 2);
  within(out, <usize>rows * (<usize>columns << 2));
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    normPiece(x, weight, bytes, epsilon, out);
    x += bytes;
    out += bytes;
  }
}

export function rmsNormHeads(
  x: usize, weight: usize, rows: i32, stride: i32, heads: i32, headSize: i32, epsilon: f32,
): void {
  within(x, (<usize>(rows - 1) * <usize>stride + <usize>(heads * headSize)) << 2);
  within(weight, <usize>headSize << 2);
  const bytes = <usize>headSize << 2;
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const at = x + <usize>head * bytes;
      normPiece(at, weight, bytes, epsilon, at);
    }
    x += <usize>stride << 2;
  }
}

// @ts-expect-error: decorator
@inline
function normPiece(x: usize, weight: usize, bytes: usize, epsilon: f32, out: usize): void {
  let squares = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const v = v128.load(x + i);
    squares = multiplyAdd(v, v, squares);
  }
  const factor = f32x4.splat(<f32>1 / sqrt<f32>(sumOfLanes(squares) / <f32>(bytes >> 2) + epsilon));
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(out + i, f32x4.mul(f32x4.mul(v128.load(x + i), factor), v128.load(weight + i)));
  }
}

export function addBias(x: usize, bias: usize, rows: i32, stride: i32, columns: i32): void {
  within(x, (<usize>(rows - 1) * <usize>stride + <usize>columns) << 2);
  within(bias, <usize>columns << 2);
  for (let row = 0; row < rows; row++) {
    for (let i: usize = 0, bytes = <usize>columns << 2; i < bytes; i += 16) {
      v128.store(x + i, f32x4.add(v128.load(x + i), v128.load(bias + i)));
    }
    x += <usize>stride << 2;
  }
}

export function rotary(x: usize, rows: i32, stride: i32, heads: i32, headSize: i32, table: usize): void {
  within(x, (<usize>(rows - 1) * <usize>stride + <usize>(heads * headSize)) << 2);
  within(table, <usize>rows * (<usize>headSize << 2));
  const half = <usize>headSize << 1;
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const at = x + <usize>head * (half << 1);
      for (let i: usize = 0; i < half; i += 16) {
        const a = v128.load(at + i), b = v128.load(at + half + i);
        const cosine = v128.load(table + i), sine = v128.load(table + half + i);
        v128.store(at + i, f32x4.sub(f32x4.mul(a, cosine), f32x4.mul(b, sine)));
        v128.store(at + half + i, f32x4.add(f32x4.mul(b, cosine), f32x4.mul(a, sine)));
      }
    }
    x += <usize>stride << 2;
    table += half << 1;
  }
}

export function siluMultiply(x: usize, rows: i32, size: i32, out: usize): void {
  within(x, <usize>rows * (<usize>size << 3));
  within(out, <usize>rows * (<usize>size << 2));
  const bytes = <usize>size << 2;
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row++) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const gate = v128.load(x + i);
      const silu = f32x4.div(gate, f32x4.add(one, exp4(f32x4.neg(gate))));
      v128.store(out + i, f32x4.mul(silu, v128.load(x + bytes + i)));
    }
    x += bytes << 1;
    out += bytes;
  }
}

/** erf by formula 7.1.26 of Abramowitz and Stegun is good to 1.5e-7. */
export function gelu(x: usize, count: i32): void {
  within(x, <usize>count << 2);
  for (let i = 0; i < count; i++) {
    const at = x + (<usize>i << 2);
    const v = load<f32>(at);
    const z = abs<f32>(v) * 0.70710678;
    const t: f32 = 1 / (1 + 0.3275911 * z);
    const p: f32 = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    const erf: f32 = 1 - p * f32x4.extract_lane(exp4(f32x4.splat(-z * z)), 0);
    store<f32>(at, 0.5 * v * (1 + (v < 0 ? -erf : erf)));
  }
}

export function argmax(x: usize, count: i32): i32 {
  within(x, <usize>count << 2);
  let best = 0;
  let largest = load<f32>(x);
  for (let i = 1; i < count; i++) {
    const value = load<f32>(x + (<usize>i << 2));
    if (value > largest) {
      largest = value;
      best = i;
    }
  }
  return best;
}

export function logSumExp(x: usize, count: i32): f32 {
  within(x, <usize>count << 2);
  const largest = load<f32>(x + (<usize>argmax(x, count) << 2));
  const shift = f32x4.splat(largest);
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) sums = f32x4.add(sums, exp4(f32x4.sub(v128.load(x + (<usize>i << 2)), shift)));
  let sum = sumOfLanes(sums);
  for (; i < count; i++) {
    sum += f32x4.extract_lane(exp4(f32x4.splat(load<f32>(x + (<usize>i << 2)) - largest)), 0);
  }
  return largest + <f32>Math.log(<f64>sum);
}
