// Kernels of the small convolutional and recurrent networks that listen to sound: floats, four to a vector.
// What each takes and gives is told in src/vad/vad-exports.ts.
import { within } from './bounds';
import { exp4, multiplyAdd, sumOfLanes } from './simd';

// @ts-expect-error: decorator
@inline
function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** tanh x = 2·σ(2x) − 1. */
// @ts-expect-error: decorator
@inline
function tanh4(x: v128): v128 {
  const s = sigmoid4(f32x4.add(x, x));
  return f32x4.sub(f32x4.add(s, s), f32x4.splat(1));
}

export function convolve(
  x: usize,
  positions: i32,
  stride: i32,
  window: i32,
  weights: usize,
  bias: usize,
  channels: i32,
  rectify: i32,
  y: usize,
): void {
  within(weights, <usize>(channels * window) << 2);
  within(bias, <usize>channels << 2);
  within(y, <usize>(positions * channels) << 2);
  const floor = f32x4.splat(rectify ? 0 : -Infinity);
  const step = (<usize>stride) << 2;
  const yStep = (<usize>channels) << 2;
  for (let group = 0; group < channels; group += 16) {
    let from = x;
    let to = y;
    let position = 0;
    // Two positions at a time share the weights they load.
    for (; position + 2 <= positions; position += 2) {
      convolveTwo(from, from + step, window, weights, bias, floor, to, to + yStep);
      from += step << 1;
      to += yStep << 1;
    }
    if (position < positions) convolveOne(from, window, weights, bias, floor, to);
    weights += (<usize>window) << 6;
    bias += 64;
    y += 64;
  }
}

// @ts-expect-error: decorator
@inline
function convolveTwo(
  x: usize,
  z: usize,
  window: i32,
  weights: usize,
  bias: usize,
  floor: v128,
  y: usize,
  yNext: usize,
): void {
  let a0 = v128.load(bias),
    a1 = v128.load(bias, 16),
    a2 = v128.load(bias, 32),
    a3 = v128.load(bias, 48);
  let b0 = a0,
    b1 = a1,
    b2 = a2,
    b3 = a3;
  const end = weights + ((<usize>window) << 6);
  while (weights < end) {
    const w0 = v128.load(weights);
    const w1 = v128.load(weights, 16);
    const w2 = v128.load(weights, 32);
    const w3 = v128.load(weights, 48);
    const a = v128.load32_splat(x);
    const b = v128.load32_splat(z);
    a0 = multiplyAdd(w0, a, a0);
    a1 = multiplyAdd(w1, a, a1);
    a2 = multiplyAdd(w2, a, a2);
    a3 = multiplyAdd(w3, a, a3);
    b0 = multiplyAdd(w0, b, b0);
    b1 = multiplyAdd(w1, b, b1);
    b2 = multiplyAdd(w2, b, b2);
    b3 = multiplyAdd(w3, b, b3);
    weights += 64;
    x += 4;
    z += 4;
  }
  v128.store(y, f32x4.max(a0, floor));
  v128.store(y, f32x4.max(a1, floor), 16);
  v128.store(y, f32x4.max(a2, floor), 32);
  v128.store(y, f32x4.max(a3, floor), 48);
  v128.store(yNext, f32x4.max(b0, floor));
  v128.store(yNext, f32x4.max(b1, floor), 16);
  v128.store(yNext, f32x4.max(b2, floor), 32);
  v128.store(yNext, f32x4.max(b3, floor), 48);
}

/** Even and odd columns are summed apart: eight sums in flight hide the time that one addition takes. */
// @ts-expect-error: decorator
@inline
function convolveOne(x: usize, window: i32, weights: usize, bias: usize, floor: v128, y: usize): void {
  let a0 = v128.load(bias),
    a1 = v128.load(bias, 16),
    a2 = v128.load(bias, 32),
    a3 = v128.load(bias, 48);
  let b0 = f32x4.splat(0),
    b1 = b0,
    b2 = b0,
    b3 = b0;
  const end = weights + ((<usize>(window & ~1)) << 6);
  while (weights < end) {
    const a = v128.load32_splat(x);
    const b = v128.load32_splat(x, 4);
    a0 = multiplyAdd(v128.load(weights), a, a0);
    a1 = multiplyAdd(v128.load(weights, 16), a, a1);
    a2 = multiplyAdd(v128.load(weights, 32), a, a2);
    a3 = multiplyAdd(v128.load(weights, 48), a, a3);
    b0 = multiplyAdd(v128.load(weights, 64), b, b0);
    b1 = multiplyAdd(v128.load(weights, 80), b, b1);
    b2 = multiplyAdd(v128.load(weights, 96), b, b2);
    b3 = multiplyAdd(v128.load(weights, 112), b, b3);
    weights += 128;
    x += 8;
  }
  if (window & 1) {
    const a = v128.load32_splat(x);
    a0 = multiplyAdd(v128.load(weights), a, a0);
    a1 = multiplyAdd(v128.load(weights, 16), a, a1);
    a2 = multiplyAdd(v128.load(weights, 32), a, a2);
    a3 = multiplyAdd(v128.load(weights, 48), a, a3);
  }
  v128.store(y, f32x4.max(f32x4.add(a0, b0), floor));
  v128.store(y, f32x4.max(f32x4.add(a1, b1), floor), 16);
  v128.store(y, f32x4.max(f32x4.add(a2, b2), floor), 32);
  v128.store(y, f32x4.max(f32x4.add(a3, b3), floor), 48);
}

export function spectrumMagnitudes(
  x: usize,
  frames: i32,
  hop: i32,
  size: i32,
  tables: usize,
  scratch: usize,
  y: usize,
): void {
  within(tables, <usize>(2 * size + 2) << 2);
  within(scratch, <usize>size << 4);
  const row = (<usize>((size >> 1) + 1)) << 2;
  const step = (<usize>hop) << 2;
  for (let frame = 0; frame < frames; frame += 4) {
    const lanes = min(4, frames - frame);
    loadFrames(x, step, lanes, size, tables, scratch);
    transform(size, tables, scratch);
    storeMagnitudes(size, tables, scratch, lanes, row, y);
    x += step << 2;
    y += row << 2;
  }
}

/**
 * Four frames, one in each lane, under the window: even samples are the real parts of size/2 complex numbers, odd ones the
 * imaginary, in bit-reversed order. Lanes without a frame of their own repeat the last.
 */
// @ts-expect-error: decorator
@inline
function loadFrames(x: usize, step: usize, lanes: i32, size: i32, window: usize, scratch: usize): void {
  const half = size >> 1;
  let p0 = x;
  let p1 = x + step * min(1, lanes - 1);
  let p2 = x + step * min(2, lanes - 1);
  let p3 = x + step * min(3, lanes - 1);
  let reversed = 0;
  for (let n = 0; n < half; n++) {
    const z = scratch + ((<usize>reversed) << 5);
    let re = v128.load32_zero(p0);
    re = v128.load32_lane(p1, re, 1);
    re = v128.load32_lane(p2, re, 2);
    re = v128.load32_lane(p3, re, 3);
    let im = v128.load32_zero(p0, 4);
    im = v128.load32_lane(p1, im, 1, 4);
    im = v128.load32_lane(p2, im, 2, 4);
    im = v128.load32_lane(p3, im, 3, 4);
    v128.store(z, f32x4.mul(re, v128.load32_splat(window)));
    v128.store(z, f32x4.mul(im, v128.load32_splat(window, 4)), 16);
    p0 += 8;
    p1 += 8;
    p2 += 8;
    p3 += 8;
    window += 8;
    let bit = half >> 1;
    while (reversed & bit) {
      reversed ^= bit;
      bit >>= 1;
    }
    reversed |= bit;
  }
}

/** The Fourier transform of size/2 complex numbers in place: Cooley and Tukey's, in twos, decimated in time. */
// @ts-expect-error: decorator
@inline
function transform(size: i32, tables: usize, scratch: usize): void {
  const half = size >> 1;
  const turns = tables + ((<usize>size) << 2);
  for (let length = 2; length <= half; length <<= 1) {
    const span = (<usize>length) << 4; // from one half of a butterfly to the other: length / 2 numbers of 32 bytes
    const turnStep = (<usize>(size / length)) << 3;
    let turn = turns;
    for (let j = 0; j < length >> 1; j++) {
      const cosine = v128.load32_splat(turn);
      const sine = v128.load32_splat(turn, 4);
      turn += turnStep;
      for (let k = j; k < half; k += length) {
        const p = scratch + ((<usize>k) << 5);
        const q = p + span;
        const re = v128.load(q);
        const im = v128.load(q, 16);
        const tr = multiplyAdd(re, cosine, f32x4.mul(im, sine));
        const ti = f32x4.sub(f32x4.mul(im, cosine), f32x4.mul(re, sine));
        const ur = v128.load(p);
        const ui = v128.load(p, 16);
        v128.store(p, f32x4.add(ur, tr));
        v128.store(p, f32x4.add(ui, ti), 16);
        v128.store(q, f32x4.sub(ur, tr));
        v128.store(q, f32x4.sub(ui, ti), 16);
      }
    }
  }
}

/** Takes even and odd samples apart again and joins them: the spectrum of the real frame, of which the size is kept. */
// @ts-expect-error: decorator
@inline
function storeMagnitudes(size: i32, tables: usize, scratch: usize, lanes: i32, row: usize, y: usize): void {
  const half = size >> 1;
  const scale = f32x4.splat(0.5);
  let turn = tables + ((<usize>size) << 2);
  for (let k = 0; k <= half; k++) {
    const z = scratch + ((<usize>(k & (half - 1))) << 5);
    const mirror = scratch + ((<usize>((half - k) & (half - 1))) << 5);
    const zr = v128.load(z);
    const zi = v128.load(z, 16);
    const mr = v128.load(mirror);
    const mi = v128.load(mirror, 16);
    const cosine = v128.load32_splat(turn);
    const sine = v128.load32_splat(turn, 4);
    const oddRe = f32x4.add(zi, mi);
    const oddIm = f32x4.sub(mr, zr);
    const re = f32x4.mul(scale, f32x4.add(f32x4.add(zr, mr), multiplyAdd(cosine, oddRe, f32x4.mul(sine, oddIm))));
    const im = f32x4.mul(
      scale,
      f32x4.add(f32x4.sub(zi, mi), f32x4.sub(f32x4.mul(cosine, oddIm), f32x4.mul(sine, oddRe))),
    );
    const magnitude = f32x4.sqrt(multiplyAdd(re, re, f32x4.mul(im, im)));
    v128.store32_lane(y, magnitude, 0);
    if (lanes > 1) v128.store32_lane(y + row, magnitude, 1);
    if (lanes > 2) v128.store32_lane(y + (row << 1), magnitude, 2);
    if (lanes > 3) v128.store32_lane(y + row * 3, magnitude, 3);
    turn += 8;
    y += 4;
  }
}

export function lstmStep(gates: usize, units: i32, cell: usize, hidden: usize): void {
  const size = (<usize>units) << 2;
  within(gates, size << 2);
  within(cell, size);
  within(hidden, size);
  const end = gates + size;
  while (gates < end) {
    const entering = sigmoid4(v128.load(gates));
    const kept = sigmoid4(v128.load(gates + size));
    const candidate = tanh4(v128.load(gates + (size << 1)));
    const leaving = sigmoid4(v128.load(gates + size * 3));
    const c = multiplyAdd(kept, v128.load(cell), f32x4.mul(entering, candidate));
    v128.store(cell, c);
    v128.store(hidden, f32x4.mul(leaving, tanh4(c)));
    gates += 16;
    cell += 16;
    hidden += 16;
  }
}

export function logisticUnit(x: usize, weights: usize, bias: f32, count: i32): f32 {
  within(x, <usize>count << 2);
  within(weights, <usize>count << 2);
  const zero = f32x4.splat(0);
  let sum = zero;
  for (const end = x + ((<usize>count) << 2); x < end; x += 16) {
    sum = multiplyAdd(f32x4.max(v128.load(x), zero), v128.load(weights), sum);
    weights += 16;
  }
  return f32x4.extract_lane(sigmoid4(f32x4.splat(sumOfLanes(sum) + bias)), 0);
}
