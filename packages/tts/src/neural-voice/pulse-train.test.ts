import { expect, test } from 'vitest';
import { pulseTrain } from './pulse-train.ts';

test('unvoiced frames are silent', () => {
  expect(pulseTrain(new Float32Array(4)).every((sample) => sample === 0)).toBe(true);
});

test('a steady pitch of 120 Hz gives a pulse every 200 samples', () => {
  const pulses = pulseTrain(new Float32Array(40).fill(120));
  expect(pulses.length).toBe(40 * 300);
  const peaks = [...pulses.keys()].filter((at) => (pulses[at] ?? 0) > 80);
  const starts = peaks.filter((at, index) => index === 0 || at - (peaks[index - 1] ?? 0) > 10);
  const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
  expect(starts.length).toBe(60);
  for (const gap of gaps) expect(Math.abs(gap - 200)).toBeLessThanOrEqual(1);
});

test('all its harmonics are equally strong up to 11 kHz, and there is nothing above', () => {
  const pulses = pulseTrain(new Float32Array(80).fill(240));
  const strength = (hz: number): number => {
    let [re, im] = [0, 0];
    for (let n = 0; n < 24_000; n += 1) {
      re += (pulses[n] ?? 0) * Math.cos((2 * Math.PI * hz * n) / 24_000);
      im += (pulses[n] ?? 0) * Math.sin((2 * Math.PI * hz * n) / 24_000);
    }
    return (2 * Math.hypot(re, im)) / 24_000;
  };
  for (const hz of [240, 2400, 7200, 10_800]) expect(strength(hz)).toBeCloseTo(1, 2);
  for (const hz of [120, 5000, 11_280]) expect(strength(hz)).toBeLessThan(0.02);
});
