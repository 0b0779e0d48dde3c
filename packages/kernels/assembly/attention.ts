import { attend } from './attend';
import { within, withinRows } from './bounds';

export function attention(
  q: usize,
  qStride: i32,
  rows: i32,
  position: i32,
  keys: usize,
  values: usize,
  capacity: i32,
  kvHeads: i32,
  group: i32,
  headSize: i32,
  scale: f32,
  scores: usize,
  out: usize,
  outStride: i32,
): void {
  const cacheBytes = (<usize>kvHeads * capacity * headSize) << 2;
  withinRows(q, rows, qStride, kvHeads * group * headSize);
  withinRows(out, rows, outStride, kvHeads * group * headSize);
  within(keys, cacheBytes);
  within(values, cacheBytes);
  within(scores, (<usize>capacity + 4) << 4);
  attend<f32>(q, qStride, rows, position, keys, 0, values, 0, capacity, kvHeads, group, headSize, scale, scores, out, outStride);
}

export function attention8(
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
  const places = <usize>kvHeads * capacity;
  withinRows(q, rows, qStride, kvHeads * group * headSize);
  withinRows(out, rows, outStride, kvHeads * group * headSize);
  within(keys, places * headSize);
  within(values, places * headSize);
  within(keyScales, places << 2);
  within(valueScales, places << 2);
  within(scores, (<usize>capacity + 4) << 4);
  attend<i8>(q, qStride, rows, position, keys, keyScales, values, valueScales, capacity, kvHeads, group, headSize, scale, scores, out, outStride);
}
