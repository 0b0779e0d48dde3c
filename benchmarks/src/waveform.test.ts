import { expect, test } from 'vitest';
import { firstSoundMs, lastSpeechMs } from './waveform.mjs';

const sampleRateHz = 48_000;

/** Two seconds of a room, with tones of given loudness in it. */
function recording(tones: readonly { fromMs: number; toMs: number; amplitude: number }[]): Float32Array {
  return Float32Array.from({ length: 2 * sampleRateHz }, (_, n) => {
    const atMs = (n * 1000) / sampleRateHz;
    const tone = tones.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    return (tone?.amplitude ?? 1e-5) * Math.sin(n / 10);
  });
}

test('the first sound and the last speech are found to a window of 5 ms', () => {
  const samples = recording([{ fromMs: 300, toMs: 900, amplitude: 0.5 }]);
  const span = { samples, sampleRateHz, fromMs: 0, toMs: 2000 };
  expect(firstSoundMs(span, -60)).toBe(300);
  expect(lastSpeechMs(span, 30)).toBe(900);
});

test('what lies outside of the span, or is too quiet, does not count', () => {
  const samples = recording([
    { fromMs: 100, toMs: 200, amplitude: 0.5 },
    { fromMs: 500, toMs: 700, amplitude: 0.4 },
    { fromMs: 1000, toMs: 1100, amplitude: 0.004 },
  ]);
  const span = { samples, sampleRateHz, fromMs: 300, toMs: 1500 };
  expect(firstSoundMs(span, -60)).toBe(500);
  expect(lastSpeechMs(span, 30)).toBe(700);
  expect(firstSoundMs({ ...span, fromMs: 800 }, -40)).toBeUndefined();
});
