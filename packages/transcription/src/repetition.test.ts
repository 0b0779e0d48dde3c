import { expect, test } from 'vitest';
import { loopStart } from './repetition.ts';

const times = (count: number, ...phrase: number[]): number[] =>
  Array.from({ length: count }, () => phrase).flat();

test('speech without repetition is no loop', () => {
  expect(loopStart([])).toBeUndefined();
  expect(loopStart(Array.from({ length: 60 }, (_, i) => i))).toBeUndefined();
});

test('what people do repeat is no loop', () => {
  expect(loopStart([7, ...times(5, 3)])).toBeUndefined(); // "no no no no no"
  expect(loopStart(times(3, 1, 2, 3, 4, 5, 6))).toBeUndefined(); // a chorus
  expect(loopStart([...times(20, 4), 5])).toBeUndefined(); // it got out of it by itself
});

test('a word for ever is cut after its first round', () => {
  expect(loopStart([1, 2, ...times(12, 3)])).toBe(3);
});

test('a phrase for ever is cut after its first round', () => {
  const ids = [1, 2, ...times(4, 5, 6, 7)];
  expect(loopStart(ids)).toBe(5);
  expect(ids.slice(0, 5)).toEqual([1, 2, 5, 6, 7]);
});

test('is noticed as soon as it is one, also in the middle of a round', () => {
  const ids = [9, 8, ...times(40, 1, 2, 3, 4, 5)];
  const noticed = ids.findIndex((_id, index) => loopStart(ids.slice(0, index + 1)) !== undefined) + 1;
  expect(noticed).toBe(2 + 4 * 5);
  expect(loopStart(ids.slice(0, -2))).toBe(7);
});
