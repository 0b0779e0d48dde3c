import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatTable } from './format.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [861.58, '862 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [98_362_432, '98.4 MB'],
  [2.5e12, '2.5 TB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0, '0.0 s'],
  [4240, '4.2 s'],
  [9960, '10 s'],
  [59_600, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms are %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

test('a table is as wide as its content', () => {
  expect(
    formatTable([
      ['a', 'bbb'],
      ['cc', 'd'],
    ]),
  ).toBe('a   bbb\ncc  d\n');
});
