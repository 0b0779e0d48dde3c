import { expect, test } from 'vitest';
import { ComplexNoise } from './noise.ts';

function take(noise: ComplexNoise, count: number): number[] {
  return Array.from({ length: count }, () => {
    noise.next();
    return [noise.re, noise.im];
  }).flat();
}

test('has mean 0 and variance 1, and hardly anything beyond five', () => {
  const values = take(new ComplexNoise(7), 50_000);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeGreaterThan(0.98);
  expect(variance).toBeLessThan(1.02);
  expect(values.every((value) => Number.isFinite(value) && Math.abs(value) < 7)).toBe(true);
});

test('the same seed gives the same noise, another seed another', () => {
  expect(take(new ComplexNoise(1), 20)).toEqual(take(new ComplexNoise(1), 20));
  expect(take(new ComplexNoise(1), 20)).not.toEqual(take(new ComplexNoise(2), 20));
});
