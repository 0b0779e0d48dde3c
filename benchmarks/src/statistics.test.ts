import { expect, test } from 'vitest';
import { bootstrapInterval, median, pairedRatio, percentile, rotated } from './statistics.mjs';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('an interval of equal values is a point, and one of spread values holds the median', () => {
  expect(bootstrapInterval([0, 0, 0, 0])).toEqual([0, 0]);
  const values = [9, 10, 10, 11, 12, 10, 9, 11, 10, 30];
  const [low, high] = bootstrapInterval(values);
  expect(low).toBeLessThanOrEqual(median(values));
  expect(high).toBeGreaterThanOrEqual(median(values));
  expect(high).toBeLessThan(30);
});

test('more values make a narrower interval', () => {
  const values = Array.from({ length: 200 }, (_, n) => (n * 7919) % 101);
  const width = ([low, high]: [number, number]) => high - low;
  expect(width(bootstrapInterval(values))).toBeLessThan(width(bootstrapInterval(values.slice(0, 10))));
});

test('each name comes first as often as any other', () => {
  const firsts = Array.from({ length: 6 }, (_, round) => rotated(['a', 'b', 'c'], round)[0]);
  expect(firsts).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
});

test('a ratio is taken pair by pair: what slows both of a pair down does not show', () => {
  const { value, interval, pairs } = pairedRatio([2, 20, 4, 6], [1, 10, 2, 3]);
  expect({ value, interval, pairs }).toEqual({ value: 2, interval: [2, 2], pairs: 4 });
  expect(() => pairedRatio([1, 2], [1])).toThrow(RangeError);
});

test.each([
  [0.5, 50],
  [0.95, 95],
  [1, 100],
])('the percentile %d of 1 … 100 is %d', (share, expected) => {
  expect(
    percentile(
      Array.from({ length: 100 }, (_, n) => 100 - n),
      share,
    ),
  ).toBe(expected);
});
