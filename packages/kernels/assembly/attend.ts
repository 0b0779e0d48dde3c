import { exp4, multiplyAdd, sumEach } from './simd';

/**
 * Attention of all query heads that share a head of the cache, four queries at a time, one in each lane: each key and each
 * value is loaded once for the four, and the softmax needs no sums across lanes. The four are heads of one row, rows of one
 * head, or both, in the order row, head; the last of fewer repeats.
 *
 * T is what the cache holds: f32, or i8 with a scale for each position.
 */
@inline
export function attend<T>(
  q: usize,
  qStride: i32,
  rows: i32,
  position: i32,
  keys: usize,
  keyScales: usize,
  values: usize,
  valueScales: usize,
  capacity: i32,
  kvHeads: i32,
  group: i32,
  headSize: i32,
  scale: f32,
  scores: usize,
  out: usize,
  outStride: i32,
): void {
  if (!ASC_NO_ASSERT && position + rows > capacity) unreachable();
  const headBytes = <usize>headSize << 2;
  const queries = rows * group;
  for (let head = 0; head < kvHeads; head++) {
    for (let first = 0; first < queries; first += 4) {
      const last = min(first + 3, queries - 1);
      const i1 = min(first + 1, last);
      const i2 = min(first + 2, last);
      const q0 = q + place(first, group, qStride, headBytes);
      const q1 = q + place(i1, group, qStride, headBytes);
      const q2 = q + place(i2, group, qStride, headBytes);
      const q3 = q + place(last, group, qStride, headBytes);
      // A query sees the positions up to its own.
      let lengths = i32x4.splat(position + first / group + 1);
      lengths = i32x4.replace_lane(lengths, 1, position + i1 / group + 1);
      lengths = i32x4.replace_lane(lengths, 2, position + i2 / group + 1);
      lengths = i32x4.replace_lane(lengths, 3, position + last / group + 1);
      const longest = position + last / group + 1;

      const largest = score<T>(q0, q1, q2, q3, keys, keyScales, lengths, longest, headSize, scale, scores);
      const sums = weigh<T>(scores, valueScales, lengths, longest, largest);
      mix<T>(
        scores,
        values,
        longest,
        headSize,
        f32x4.div(f32x4.splat(1), sums),
        out + place(first, group, outStride, headBytes),
        out + place(i1, group, outStride, headBytes),
        out + place(i2, group, outStride, headBytes),
        out + place(last, group, outStride, headBytes),
      );
    }
    q += <usize>group * headBytes;
    out += <usize>group * headBytes;
    keys += <usize>(capacity * headSize) * sizeof<T>();
    values += <usize>(capacity * headSize) * sizeof<T>();
    keyScales += <usize>capacity << 2;
    valueScales += <usize>capacity << 2;
  }
}

/** Bytes from the first query of a head of the cache to another. */
@inline
function place(query: i32, group: i32, stride: i32, headBytes: usize): usize {
  return (<usize>(query / group) * stride << 2) + <usize>(query % group) * headBytes;
}

/** Writes `scores[position][query]` and gives the largest of each query. Two keys at a time share the loads of the queries. */
function score<T>(
  q0: usize,
  q1: usize,
  q2: usize,
  q3: usize,
  keys: usize,
  keyScales: usize,
  lengths: v128,
  longest: i32,
  headSize: i32,
  scale: f32,
  scores: usize,
): v128 {
  const bytes = <usize>headSize * sizeof<T>();
  let largest = f32x4.splat(-Infinity);
  for (let t = 0; t < longest; t += 2) {
    // After the last key it comes once more; its second score is masked.
    const next = t + 1 < longest ? keys + bytes : keys;
    let a = f32x4.splat(0),
      b = a,
      c = a,
      d = a,
      e = a,
      f = a,
      g = a,
      h = a;
    for (let i: usize = 0; i < <usize>headSize; i += 4) {
      const at = i << 2;
      const k = four<T>(keys, i);
      const l = four<T>(next, i);
      const u = v128.load(q0 + at);
      const v = v128.load(q1 + at);
      const w = v128.load(q2 + at);
      const x = v128.load(q3 + at);
      a = multiplyAdd(k, u, a);
      b = multiplyAdd(k, v, b);
      c = multiplyAdd(k, w, c);
      d = multiplyAdd(k, x, d);
      e = multiplyAdd(l, u, e);
      f = multiplyAdd(l, v, f);
      g = multiplyAdd(l, w, g);
      h = multiplyAdd(l, x, h);
    }
    let first = f32x4.mul(sumEach(a, b, c, d), f32x4.splat(scale));
    let second = f32x4.mul(sumEach(e, f, g, h), f32x4.splat(scale));
    if (isInteger<T>()) {
      first = f32x4.mul(first, v128.load32_splat(keyScales));
      second = f32x4.mul(second, v128.load32_splat(t + 1 < longest ? keyScales + 4 : keyScales));
      keyScales += 8;
    }
    first = v128.bitselect(first, f32x4.splat(-1e30), i32x4.gt_s(lengths, i32x4.splat(t)));
    second = v128.bitselect(second, f32x4.splat(-1e30), i32x4.gt_s(lengths, i32x4.splat(t + 1)));
    largest = f32x4.max(largest, f32x4.max(first, second));
    v128.store(scores, first);
    v128.store(scores, second, 16);
    scores += 32;
    keys += bytes << 1;
  }
  return largest;
}

/** Scores to weights e^(score − largest), and their sums. Values of 8 bits have their scales multiplied into the weights. */
@inline
function weigh<T>(scores: usize, valueScales: usize, lengths: v128, longest: i32, largest: v128): v128 {
  let sums = f32x4.splat(0);
  for (let t = 0; t < longest; t++) {
    let weight = exp4(f32x4.sub(v128.load(scores), largest));
    weight = v128.and(weight, i32x4.gt_s(lengths, i32x4.splat(t)));
    sums = f32x4.add(sums, weight);
    if (isInteger<T>()) {
      weight = f32x4.mul(weight, v128.load32_splat(valueScales));
      valueScales += 4;
    }
    v128.store(scores, weight);
    scores += 16;
  }
  return sums;
}

/** The weighted sums of the values, eight columns at a time for four queries: as many sums as there are registers for. */
function mix<T>(
  scores: usize,
  values: usize,
  longest: i32,
  headSize: i32,
  inverse: v128,
  out0: usize,
  out1: usize,
  out2: usize,
  out3: usize,
): void {
  const bytes = <usize>headSize * sizeof<T>();
  for (let column: usize = 0; column < <usize>headSize; column += 8) {
    let a = f32x4.splat(0),
      b = a,
      c = a,
      d = a,
      e = a,
      f = a,
      g = a,
      h = a;
    let from = values;
    let weights = scores;
    for (let t = 0; t < longest; t++) {
      const v = four<T>(from, column);
      const w = four<T>(from, column + 4);
      const s0 = v128.load32_splat(weights);
      const s1 = v128.load32_splat(weights, 4);
      const s2 = v128.load32_splat(weights, 8);
      const s3 = v128.load32_splat(weights, 12);
      a = multiplyAdd(v, s0, a);
      b = multiplyAdd(w, s0, b);
      c = multiplyAdd(v, s1, c);
      d = multiplyAdd(w, s1, d);
      e = multiplyAdd(v, s2, e);
      f = multiplyAdd(w, s2, f);
      g = multiplyAdd(v, s3, g);
      h = multiplyAdd(w, s3, h);
      from += bytes;
      weights += 16;
    }
    const at = column << 2;
    const i0 = v128.shuffle<i32>(inverse, inverse, 0, 0, 0, 0);
    const i1 = v128.shuffle<i32>(inverse, inverse, 1, 1, 1, 1);
    const i2 = v128.shuffle<i32>(inverse, inverse, 2, 2, 2, 2);
    const i3 = v128.shuffle<i32>(inverse, inverse, 3, 3, 3, 3);
    v128.store(out0 + at, f32x4.mul(a, i0));
    v128.store(out0 + at, f32x4.mul(b, i0), 16);
    v128.store(out1 + at, f32x4.mul(c, i1));
    v128.store(out1 + at, f32x4.mul(d, i1), 16);
    v128.store(out2 + at, f32x4.mul(e, i2));
    v128.store(out2 + at, f32x4.mul(f, i2), 16);
    v128.store(out3 + at, f32x4.mul(g, i3));
    v128.store(out3 + at, f32x4.mul(h, i3), 16);
  }
}

/** Four columns of a row of the cache, from the given one. */
@inline
function four<T>(row: usize, column: usize): v128 {
  if (isInteger<T>()) {
    const bytes = v128.load32_zero(row + column);
    return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes)));
  } else {
    return v128.load(row + (column << 2));
  }
}
