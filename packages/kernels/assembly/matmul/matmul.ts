import { within, withinRows } from '../bounds';
import { BITS4, BITS6, BITS8, FLOAT16, packedGroupBytes } from '../formats';
import { quantizedRowBytes } from '../quantize';
import { bits4Four, bits4One } from './bits4';
import { bits6Four, bits6One } from './bits6';
import { bits8Four, bits8One } from './bits8';
import { float16Four, float16One, float32Four, float32One } from './floats';

/**
 * Group after group, and for each group four rows of activations at a time: a group stays in the nearest cache while all
 * rows pass it, and its weights are taken apart once for four rows. A row's result does not depend on how many others there
 * are.
 */
export function matmul(
  format: i32,
  matrix: usize,
  groups: i32,
  columns: i32,
  x: usize,
  rows: i32,
  y: usize,
  yStride: i32,
  accumulate: i32,
): void {
  const groupBytes = packedGroupBytes(format, columns);
  const quantized = format <= BITS6;
  const xStride = quantized ? quantizedRowBytes(columns) : <usize>columns << 2;
  within(matrix, <usize>groups * groupBytes);
  within(x, <usize>rows * xStride);
  withinRows(y, rows, yStride, groups << 2);
  const yBytes = <usize>yStride << 2;
  for (; groups > 0; groups--) {
    let from = x;
    let to = y;
    let row = 0;
    for (; row + 4 <= rows; row += 4) {
      four(format, matrix, columns, from, xStride, to, yBytes, accumulate);
      from += xStride << 2;
      to += yBytes << 2;
    }
    for (; row < rows; row++) {
      one(format, matrix, columns, from, to, accumulate);
      from += xStride;
      to += yBytes;
    }
    matrix += groupBytes;
    y += 16;
  }
}

@inline
function one(format: i32, w: usize, columns: i32, x: usize, y: usize, accumulate: i32): void {
  if (format == BITS4) bits4One(w, columns >> 5, x, y, accumulate);
  else if (format == BITS8) bits8One(w, columns >> 5, x, y, accumulate);
  else if (format == BITS6) bits6One(w, columns >> 5, x, y, accumulate);
  else if (format == FLOAT16) float16One(w, columns, x, y, accumulate);
  else float32One(w, columns, x, y, accumulate);
}

@inline
function four(
  format: i32,
  w: usize,
  columns: i32,
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  accumulate: i32,
): void {
  if (format == BITS4) bits4Four(w, columns >> 5, x, xStride, y, yStride, accumulate);
  else if (format == BITS8) bits8Four(w, columns >> 5, x, xStride, y, yStride, accumulate);
  else if (format == BITS6) bits6Four(w, columns >> 5, x, xStride, y, yStride, accumulate);
  else if (format == FLOAT16) float16Four(w, columns, x, xStride, y, yStride, accumulate);
  else float32Four(w, columns, x, xStride, y, yStride, accumulate);
}
