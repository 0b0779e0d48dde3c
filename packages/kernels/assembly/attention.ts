import { within } from './bounds';
import { exp4, multiplyAdd, sumOfLanes } from './simd';

export function storeHeads(
  x: usize, rows: i32, stride: i32, heads: i32, headSize: i32, cache: usize, capacity: i32, position: i32,
): void {
  within(x, (<usize>(rows - 1) * <usize>stride + <usize>(heads * headSize)) << 2);
  within(cache, <usize>heads * <usize>capacity * (<usize>headSize << 2));
  const bytes = <usize>headSize << 2;
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      memory.copy(
        cache + (<usize>head * <usize>capacity + <usize>(position + row)) * bytes,
        x + <usize>head * bytes,
        bytes,
      );
    }
    x += <usize>stride << 2;
  }
}

export function storeHeads8(
  x: usize, rows: i32, stride: i32, heads: i32, headSize: i32, cache: usize, scales: usize, capacity: i32, position: i32,
): void {
  within(x, (<usize>(rows - 1) * <usize>stride + <usize>(heads * headSize)) << 2);
  within(cache, <usize>heads * <usize>capacity * <usize>headSize);
  within(scales, <usize>heads * (<usize>capacity << 2));
  const bytes = <usize>headSize << 2;
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const from = x + <usize>head * bytes;
      const place = <usize>head * <usize>capacity + <usize>(position + row);
      let largest: f32 = 0;
      for (let i: usize = 0; i < bytes; i += 4) largest = max<f32>(largest, abs<f32>(load<f32>(from + i)));
      const inverse: f32 = largest > 0 ? <f32>127 / largest : 0;
      store<f32>(scales + (place << 2), largest / 127);
      const to = cache + place * <usize>headSize;
      for (let i: usize = 0; i < <usize>headSize; i++) {
        store<i8>(to + i, <i8>nearest<f32>(load<f32>(from + (i << 2)) * inverse));
      }
    }
    x += <usize>stride << 2;
  }
}

export function attention(
  q: usize, qStride: i32, rows: i32, position: i32, keys: usize, values: usize, capacity: i32, kvHeads: i32, group: i32,
  headSize: i32, scale: f32, scores: usize, out: usize, outStride: i32,
): void {
  within(q, (<usize>(rows - 1) * <usize>qStride + <usize>(kvHeads * group * headSize)) << 2);
  within(keys, <usize>kvHeads * <usize>capacity * (<usize>headSize << 2));
  within(values, <usize>kvHeads * <usize>capacity * (<usize>headSize << 2));
  within(scores, <usize>(position + rows + 3) << 2);
  within(out, (<usize>(rows - 1) * <usize>outStride + <usize>(kvHeads * group * headSize)) << 2);
  const bytes = <usize>headSize << 2;
  const cacheBytes = <usize>capacity * bytes;
  for (let row = 0; row < rows; row++) {
    const count = <usize>(position + row + 1);
    for (let kvHead = 0; kvHead < kvHeads; kvHead++) {
      const k = keys + <usize>kvHead * cacheBytes;
      const v = values + <usize>kvHead * cacheBytes;
      for (let member = 0; member < group; member++) {
        const head = <usize>(kvHead * group + member) * bytes;
        const total = softmax(scores, count, scoresOf(q + head, k, bytes, count, scale, scores));
        weigh(v, scores, bytes, count, f32x4.splat(<f32>1 / total), out + head);
      }
    }
    q += <usize>qStride << 2;
    out += <usize>outStride << 2;
  }
}

/** The largest of the scores it writes. */
// @ts-expect-error: decorator
@inline
function scoresOf(q: usize, k: usize, bytes: usize, count: usize, scale: f32, scores: usize): f32 {
  let largest: f32 = -1e30;
  for (let t: usize = 0; t < count; t++) {
    let a = f32x4.splat(0), b = a;
    for (let i: usize = 0; i < bytes; i += 32) {
      a = multiplyAdd(v128.load(k + i), v128.load(q + i), a);
      b = multiplyAdd(v128.load(k + i, 16), v128.load(q + i, 16), b);
    }
    const score = sumOfLanes(f32x4.add(a, b)) * scale;
    store<f32>(scores + (t << 2), score);
    largest = max<f32>(largest, score);
    k += bytes;
  }
  return largest;
}

/** Scores become their exponentials; gives their sum. */
// @ts-expect-error: decorator
@inline
function softmax(scores: usize, count: usize, largest: f32): f32 {
  for (let t = count; t & 3; t++) store<f32>(scores + (t << 2), -1e30);
  const shift = f32x4.splat(largest);
  let sum = f32x4.splat(0);
  for (let t: usize = 0; t < count; t += 4) {
    const e = exp4(f32x4.sub(v128.load(scores + (t << 2)), shift));
    v128.store(scores + (t << 2), e);
    sum = f32x4.add(sum, e);
  }
  // What was filled up to a multiple of four counts e^-87 a place: nothing.
  return sumOfLanes(sum);
}

// @ts-expect-error: decorator
@inline
function weigh(v: usize, scores: usize, bytes: usize, count: usize, factor: v128, out: usize): void {
  for (let i: usize = 0; i < bytes; i += 64) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    let at = v + i;
    for (let t: usize = 0; t < count; t++) {
      const s = v128.load32_splat(scores + (t << 2));
      a = multiplyAdd(v128.load(at), s, a);
      b = multiplyAdd(v128.load(at, 16), s, b);
      c = multiplyAdd(v128.load(at, 32), s, c);
      d = multiplyAdd(v128.load(at, 48), s, d);
      at += bytes;
    }
    v128.store(out + i, f32x4.mul(a, factor));
    v128.store(out + i, f32x4.mul(b, factor), 16);
    v128.store(out + i, f32x4.mul(c, factor), 32);
    v128.store(out + i, f32x4.mul(d, factor), 48);
  }
}

export function attention8(
  q: usize, qStride: i32, rows: i32, position: i32, keys: usize, keyScales: usize, values: usize, valueScales: usize,
  capacity: i32, kvHeads: i32, group: i32, headSize: i32, scale: f32, scores: usize, out: usize, outStride: i32,
): void {
  within(q, (<usize>(rows - 1) * <usize>qStride + <usize>(kvHeads * group * headSize)) << 2);
  within(keys, <usize>kvHeads * <usize>capacity * <usize>headSize);
  within(values, <usize>kvHeads * <usize>capacity * <usize>headSize);
  within(keyScales, <usize>kvHeads * <usize>capacity * 4);
  within(valueScales, <usize>kvHeads * <usize>capacity * 4);
  within(scores, <usize>(position + rows + 3) << 2);
  within(out, (<usize>(rows - 1) * <usize>outStride + <usize>(kvHeads * group * headSize)) << 2);
  const bytes = <usize>headSize << 2;
  const size = <usize>headSize;
  for (let row = 0; row < rows; row++) {
    const count = <usize>(position + row + 1);
    for (let kvHead = 0; kvHead < kvHeads; kvHead++) {
      const first = <usize>kvHead * <usize>capacity;
      for (let member = 0; member < group; member++) {
        const head = <usize>(kvHead * group + member) * bytes;
        let largest: f32 = -1e30;
        for (let t: usize = 0; t < count; t++) {
          const k = keys + (first + t) * size;
          let sum = f32x4.splat(0);
          for (let i: usize = 0; i < size; i += 4) {
            sum = multiplyAdd(bytesToFloats(k + i), v128.load(q + head + (i << 2)), sum);
          }
          const score = sumOfLanes(sum) * scale * load<f32>(keyScales + ((first + t) << 2));
          store<f32>(scores + (t << 2), score);
          largest = max<f32>(largest, score);
        }
        const factor = f32x4.splat(<f32>1 / softmax(scores, count, largest));
        for (let t: usize = 0; t < count; t++) {
          const at = scores + (t << 2);
          store<f32>(at, load<f32>(at) * load<f32>(valueScales + ((first + t) << 2)));
        }
        for (let i: usize = 0; i < size; i += 16) {
          let a = f32x4.splat(0), b = a, c = a, d = a;
          for (let t: usize = 0; t < count; t++) {
            const v = values + (first + t) * size + i;
            const s = v128.load32_splat(scores + (t << 2));
            a = multiplyAdd(bytesToFloats(v), s, a);
            b = multiplyAdd(bytesToFloats(v + 4), s, b);
            c = multiplyAdd(bytesToFloats(v + 8), s, c);
            d = multiplyAdd(bytesToFloats(v + 12), s, d);
          }
          const to = out + head + (i << 2);
          v128.store(to, f32x4.mul(a, factor));
          v128.store(to, f32x4.mul(b, factor), 16);
          v128.store(to, f32x4.mul(c, factor), 32);
          v128.store(to, f32x4.mul(d, factor), 48);
        }
      }
    }
    q += <usize>qStride << 2;
    out += <usize>outStride << 2;
  }
}

/** Four signed bytes as floats. */
// @ts-expect-error: decorator
@inline
function bytesToFloats(at: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(at))));
}
