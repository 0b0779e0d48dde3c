import { within, withinRows } from './bounds';

export function rotary(x: usize, rows: i32, stride: i32, heads: i32, headSize: i32, table: usize): void {
  withinRows(x, rows, stride, heads * headSize);
  within(table, (<usize>(rows * headSize)) << 2);
  const half = (<usize>headSize) << 1;
  for (; rows > 0; rows--) {
    let first = x;
    for (let head = 0; head < heads; head++) {
      for (let i: usize = 0; i < half; i += 16) {
        const a = v128.load(first + i);
        const b = v128.load(first + i + half);
        const cosine = v128.load(table + i);
        const sine = v128.load(table + i + half);
        v128.store(first + i, f32x4.sub(f32x4.mul(a, cosine), f32x4.mul(b, sine)));
        v128.store(first + i + half, f32x4.add(f32x4.mul(b, cosine), f32x4.mul(a, sine)));
      }
      first += half << 1;
    }
    x += (<usize>stride) << 2;
    table += half << 1;
  }
}
