import { expect, test } from 'vitest';
import { trimSilence } from './trim-silence.ts';

/** Draws a sound as text: `#` 10 ms of voice, `.` 10 ms of silence. */
function draw(drawing: string): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: drawing.length * 240 }, (_, at) =>
    drawing[Math.floor(at / 240)] === '#' ? 0.2 * Math.sin(at) : 1e-6,
  );
}

const msOf = (samples: Float32Array): number => samples.length / 24;
const silence = '.'.repeat(50);

test.each([
  ['a sentence', 'jˈɛs.', 40 + 100 + 280],
  ['a question in quotes', 'jˈɛs?”', 40 + 100 + 280],
  ['a clause', 'jˈɛs,', 40 + 100 + 140],
  ['a phrase', 'jˈɛs', 40 + 100 + 40],
])('behind %s its own pause is left', (_kind, phonemes, ms) => {
  expect(msOf(trimSilence(draw(`${silence}##########${silence}`), phonemes))).toBeCloseTo(ms, 0);
});

test('silence inside stays', () => {
  expect(msOf(trimSilence(draw(`${silence}##${silence}##${silence}`), 'ˈɔf'))).toBeCloseTo(40 + 540 + 40, 0);
});

test('a sound that begins at once and has no tail is left as it is', () => {
  expect(msOf(trimSilence(draw('####'), 'ə.'))).toBe(40);
});

test('silence alone leaves nothing', () => {
  expect(trimSilence(draw(silence), 'ə.').length).toBe(0);
});
