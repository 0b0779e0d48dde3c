import { expect, test } from 'vitest';
import { splitAtPauses } from './split-clip.ts';

const RATE_HZ = 16_000;
const LIMITS = { minStretchMs: 2_000, maxStretchMs: 5_000 };

/** `#` is 100 ms of sound, `.` of silence. */
function draw(drawing: string): Float32Array<ArrayBuffer> {
  const perMark = RATE_HZ / 10;
  return Float32Array.from({ length: drawing.length * perMark }, (_, i) =>
    drawing[Math.floor(i / perMark)] === '#' ? Math.sin(i * 0.3) : 0,
  );
}

function seconds(stretches: readonly Float32Array[]): number[] {
  return stretches.map(({ length }) => length / RATE_HZ);
}

test('up to the limit nothing is cut', () => {
  const samples = draw('#'.repeat(50));
  expect(splitAtPauses(samples, RATE_HZ, LIMITS)).toEqual([samples]);
  expect(splitAtPauses(new Float32Array(0), RATE_HZ, LIMITS)).toEqual([new Float32Array(0)]);
});

test('cuts lie in pauses', () => {
  const drawing = `${'#'.repeat(30)}..${'#'.repeat(35)}..${'#'.repeat(20)}`;
  expect(seconds(splitAtPauses(draw(drawing), RATE_HZ, LIMITS))).toEqual([3.1, 3.7, 2.1]);
});

test('the quietest of several pauses is taken', () => {
  const samples = draw(`${'#'.repeat(25)}..${'#'.repeat(10)}..${'#'.repeat(30)}`);
  const hum = (from: number, to: number): void => {
    for (let i = from * RATE_HZ; i < to * RATE_HZ; i += 1) samples[i] = 0.01;
  };
  hum(2.5, 2.7);
  expect(seconds(splitAtPauses(samples, RATE_HZ, LIMITS))).toEqual([3.8, 3.1]);
});

test('speech without a pause is cut all the same', () => {
  const stretches = seconds(splitAtPauses(draw('#'.repeat(137)), RATE_HZ, LIMITS));
  expect(stretches.every((length) => length <= 5)).toBe(true);
  expect(stretches.slice(0, -1).every((length) => length >= 2)).toBe(true);
});

test('every sample is in exactly one stretch, whatever the length', () => {
  for (const length of [80_001, 81_234, 112_000, 160_000, 160_001, 333_333]) {
    const samples = Float32Array.from({ length }, (_, i) => Math.sin(i * i));
    const stretches = splitAtPauses(samples, RATE_HZ, LIMITS);
    const rejoined = new Float32Array(length);
    let at = 0;
    for (const stretch of stretches) {
      rejoined.set(stretch, at);
      at += stretch.length;
    }
    expect(at).toBe(length);
    expect(rejoined.every((sample, i) => sample === samples[i])).toBe(true);
    expect(Math.max(...seconds(stretches))).toBeLessThanOrEqual(5);
    expect(Math.min(...seconds(stretches))).toBeGreaterThan(0.1);
  }
});
