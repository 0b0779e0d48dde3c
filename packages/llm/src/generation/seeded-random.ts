/**
 * Numbers from 0 up to 1 that a seed determines: a counter that steps by the golden ratio, its bits mixed (mulberry32, by
 * Tommy Ettinger). Its period of 2³² is far beyond the length of any reply.
 *
 * @param seed a whole number below 2³².
 */
export function seededRandom(seed: number): () => number {
  let counter = seed;
  return () => {
    counter = (counter + 0x6d2b79f5) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 15), counter | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
