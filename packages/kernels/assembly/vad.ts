// Kernels of the small convolutional and recurrent networks that listen to sound: floats, four to a vector.
// What each takes and gives is told in src/vad/vad-exports.ts.

/** a·b + c, rounded once where the machine can. */
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** e^x to 2e-7: x = n·ln 2 + r, and for e^r the polynomial of the Cephes library's expf. */
@inline
function exp4(x: v128): v128 {
  x = f32x4.pmin(f32x4.splat(88), f32x4.pmax(f32x4.splat(-87), x));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  // ln 2 in two parts, the first short enough to be multiplied without error.
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = madd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

@inline
function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** tanh x = 2·σ(2x) − 1. */
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
    a0 = madd(w0, a, a0);
    a1 = madd(w1, a, a1);
    a2 = madd(w2, a, a2);
    a3 = madd(w3, a, a3);
    b0 = madd(w0, b, b0);
    b1 = madd(w1, b, b1);
    b2 = madd(w2, b, b2);
    b3 = madd(w3, b, b3);
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
    a0 = madd(v128.load(weights), a, a0);
    a1 = madd(v128.load(weights, 16), a, a1);
    a2 = madd(v128.load(weights, 32), a, a2);
    a3 = madd(v128.load(weights, 48), a, a3);
    b0 = madd(v128.load(weights, 64), b, b0);
    b1 = madd(v128.load(weights, 80), b, b1);
    b2 = madd(v128.load(weights, 96), b, b2);
    b3 = madd(v128.load(weights, 112), b, b3);
    weights += 128;
    x += 8;
  }
  if (window & 1) {
    const a = v128.load32_splat(x);
    a0 = madd(v128.load(weights), a, a0);
    a1 = madd(v128.load(weights, 16), a, a1);
    a2 = madd(v128.load(weights, 32), a, a2);
    a3 = madd(v128.load(weights, 48), a, a3);
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
        const tr = madd(re, cosine, f32x4.mul(im, sine));
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
    const re = f32x4.mul(scale, f32x4.add(f32x4.add(zr, mr), madd(cosine, oddRe, f32x4.mul(sine, oddIm))));
    const im = f32x4.mul(
      scale,
      f32x4.add(f32x4.sub(zi, mi), f32x4.sub(f32x4.mul(cosine, oddIm), f32x4.mul(sine, oddRe))),
    );
    const magnitude = f32x4.sqrt(madd(re, re, f32x4.mul(im, im)));
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
  const end = gates + size;
  while (gates < end) {
    const entering = sigmoid4(v128.load(gates));
    const kept = sigmoid4(v128.load(gates + size));
    const candidate = tanh4(v128.load(gates + (size << 1)));
    const leaving = sigmoid4(v128.load(gates + size * 3));
    const c = madd(kept, v128.load(cell), f32x4.mul(entering, candidate));
    v128.store(cell, c);
    v128.store(hidden, f32x4.mul(leaving, tanh4(c)));
    gates += 16;
    cell += 16;
    hidden += 16;
  }
}

export function logisticUnit(x: usize, weights: usize, bias: f32, count: i32): f32 {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (const end = x + ((<usize>count) << 2); x < end; x += 16) {
    sum = madd(f32x4.max(v128.load(x), zero), v128.load(weights), sum);
    weights += 16;
  }
  const total =
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    f32x4.extract_lane(sum, 2) +
    f32x4.extract_lane(sum, 3) +
    bias;
  return f32x4.extract_lane(sigmoid4(f32x4.splat(total)), 0);
}
