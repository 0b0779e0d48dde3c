import { within, withinRows } from './bounds';
import { multiplyAdd, sumOfLanes } from './simd';

export function rmsNorm(x: usize, weight: usize, rows: i32, columns: i32, epsilon: f32, out: usize): void {
  withinRows(x, rows, columns, columns);
  withinRows(out, rows, columns, columns);
  within(weight, (<usize>columns) << 2);
  const bytes = <usize>columns << 2;
  for (; rows > 0; rows--) {
    normalize(x, weight, columns, epsilon, out);
    x += bytes;
    out += bytes;
  }
}

export function rmsNormHeads(
  x: usize,
  weight: usize,
  rows: i32,
  stride: i32,
  heads: i32,
  headSize: i32,
  epsilon: f32,
): void {
  withinRows(x, rows, stride, heads * headSize);
  within(weight, <usize>headSize << 2);
  for (; rows > 0; rows--) {
    let head = x;
    for (let h = 0; h < heads; h++) {
      normalize(head, weight, headSize, epsilon, head);
      head += <usize>headSize << 2;
    }
    x += <usize>stride << 2;
  }
}

@inline
function normalize(x: usize, weight: usize, columns: i32, epsilon: f32, out: usize): void {
  const bytes = <usize>columns << 2;
  let a = f32x4.splat(0),
    b = a;
  // Two sums in flight hide the time that one addition takes.
  for (let i: usize = 0; i < bytes; i += 32) {
    const u = v128.load(x + i);
    const v = v128.load(x + i, 16);
    a = multiplyAdd(u, u, a);
    b = multiplyAdd(v, v, b);
  }
  const scale = f32x4.splat(1 / Mathf.sqrt(sumOfLanes(f32x4.add(a, b)) / <f32>columns + epsilon));
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(out + i, f32x4.mul(f32x4.mul(v128.load(x + i), scale), v128.load(weight + i)));
  }
}

export function addBias(x: usize, bias: usize, rows: i32, stride: i32, columns: i32): void {
  withinRows(x, rows, stride, columns);
  within(bias, (<usize>columns) << 2);
  for (; rows > 0; rows--) {
    for (let i: usize = 0; i < <usize>columns << 2; i += 16) {
      v128.store(x + i, f32x4.add(v128.load(x + i), v128.load(bias + i)));
    }
    x += <usize>stride << 2;
  }
}
