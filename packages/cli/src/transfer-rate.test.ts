import { expect, test } from 'vitest';
import { TransferRate } from './transfer-rate.ts';

function rateOf(samples: readonly (readonly [number, number])[]): TransferRate {
  const rate = new TransferRate();
  for (const [atMs, bytes] of samples) rate.add(atMs, bytes);
  return rate;
}

test('speed and time left from what came in', () => {
  const rate = rateOf([
    [0, 0],
    [1000, 5000],
  ]);
  expect(rate.bytesPerSecond).toBe(5000);
  expect(rate.leftMs(20_000)).toBe(3000);
});

test('only the last three seconds count', () => {
  const slowThenFast = rateOf([
    [0, 0],
    [10_000, 1000],
    [11_000, 10_001_000],
    [13_000, 30_001_000],
  ]);
  expect(slowThenFast.bytesPerSecond).toBe(10_000_000);
});

test('waiting for the first byte does not make it slow', () => {
  const rate = rateOf([
    [0, 0],
    [2000, 0],
    [3000, 4000],
  ]);
  expect(rate.bytesPerSecond).toBe(4000);
});

test('says nothing while nothing grows, and begins anew with another try', () => {
  expect(rateOf([[0, 100]]).bytesPerSecond).toBeUndefined();
  const anew = rateOf([
    [0, 0],
    [1000, 9000],
    [1500, 1000],
    [2500, 3000],
  ]);
  expect(anew.bytesPerSecond).toBe(2000);
});
