/** The middle of a list; the mean of the two middle ones when there is no middle. */
export function median(/** @type {readonly number[]} */ values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? Number(sorted[middle])
    : (Number(sorted[middle - 1]) + Number(sorted[middle])) / 2;
}

/**
 * The percentile-bootstrap interval of a statistic (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
 * The same values and seed give the same interval.
 *
 * @param {readonly number[]} values
 * @param {{ statistic?: (values: readonly number[]) => number, confidence?: number, resamples?: number, seed?: number }} [options]
 * @returns {[number, number]}
 */
export function bootstrapInterval(
  values,
  { statistic = median, confidence = 0.95, resamples = 4000, seed = 1 } = {},
) {
  const random = mulberry32(seed);
  const found = Array.from({ length: resamples }, () =>
    statistic(values.map(() => Number(values[Math.floor(random() * values.length)]))),
  ).sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return [Number(found[Math.floor(tail * resamples)]), Number(found[Math.ceil((1 - tail) * resamples) - 1])];
}

/** The value below which a share of the values lies (nearest rank). */
export function percentile(/** @type {readonly number[]} */ values, /** @type {number} */ share) {
  const sorted = [...values].sort((a, b) => a - b);
  return Number(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]);
}

/**
 * What was measured, pair by pair, as a share of what it is compared with: the median of the ratios and its interval.
 *
 * @param {readonly number[]} values
 * @param {readonly number[]} others As many, in the same order.
 * @returns {{ value: number, interval: [number, number], pairs: number }}
 */
export function pairedRatio(values, others) {
  if (values.length !== others.length) throw new RangeError('pairs need as many values on both sides');
  const ratios = values.map((value, n) => value / Number(others[n]));
  return { value: median(ratios), interval: bootstrapInterval(ratios), pairs: ratios.length };
}

/**
 * `names` in an order that is rotated by one each round, so that none is always first.
 *
 * @template T
 * @param {readonly T[]} names
 * @param {number} round
 * @returns {T[]}
 */
export function rotated(names, round) {
  const shift = round % names.length;
  return [...names.slice(shift), ...names.slice(0, shift)];
}

/** A small seeded generator (Mulberry32, Tommy Ettinger, public domain). */
function mulberry32(/** @type {number} */ seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
