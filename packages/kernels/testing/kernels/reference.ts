/** Activations after quantisation to 8 bits in blocks of 32, as numbers again. */
export function quantizedAndBack(x: Float32Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let block = 0; block < x.length; block += 32) {
    const values = x.subarray(block, block + 32);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const inverse = Math.fround(largest > 0 ? 127 / largest : 0);
    const scale = roundToHalfBits(largest / 127);
    values.forEach((value, i) => {
      out[block + i] = roundHalfToEven(Math.fround(value * inverse)) * scale;
    });
  }
  return out;
}

/** The nearest float of 11 significant bits: a half float's precision with a float's range. */
function roundToHalfBits(value: number): number {
  if (value === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(value)) - 10);
  return roundHalfToEven(Math.fround(value) / unit) * unit;
}

function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

/** Σ a·b. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Σ |a·b|: what rounding errors of a dot product are measured against. */
export function absoluteDot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) * (b[i] ?? 0));
  return sum;
}

/**
 * Attention of one query.
 *
 * @param keys of the positions it sees.
 */
export function attended(
  query: Float64Array,
  keys: readonly Float64Array[],
  values: readonly Float64Array[],
  scale: number,
): Float64Array {
  const scores = keys.map((key) => dot(query, key) * scale);
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return query.map((_, i) => weights.reduce((sum, w, t) => sum + w * (values[t]?.[i] ?? 0), 0) / total);
}

/** erf by Simpson's rule. */
export function erf(x: number): number {
  const steps = 2000;
  const h = x / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((i * h) ** 2));
  }
  return (2 / Math.sqrt(Math.PI)) * (sum * h) * (1 / 3);
}
