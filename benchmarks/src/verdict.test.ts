import { expect, test } from 'vitest';
import { describeVerdict, judge, tidy } from './verdict.mjs';

const figure = { what: 'decoding', value: 5.2, unit: ' ×', pairs: 15, limit: 5 } as const;

test.each([
  ['at least', [5.1, 5.3], true],
  ['at least', [4.9, 5.3], false],
  ['at most', [4.5, 5], true],
  ['at most', [4.5, 5.01], false],
] as const)('%s 5 with the interval %j: %s', (bound, [low, high], met) => {
  expect(judge({ ...figure, bound, interval: [low, high] }).met).toBe(met);
});

test('a line says what was found and what was wanted', () => {
  expect(describeVerdict(judge({ ...figure, bound: 'at least', interval: [4.9, 5.3] }))).toBe(
    'decoding: 5.2 × (95 % interval 4.9 to 5.3, 15 pairs), goal at least 5 ×: not met',
  );
  expect([0.012345, 12.345, 1234.5, Number.NaN].map(tidy)).toEqual(['0.0123', '12.3', '1235', '–']);
});
