import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import reference from '../../fixtures/sound.json' with { type: 'json' };
import { signalToNoiseDb } from '../testing/sound.ts';
import { ComplexNoise } from './noise.ts';
import { type SoundParts, Vocoder } from './vocoder.ts';

const { file, frameCount, steps } = reference.frames;

/** What the network said of one sentence, and the samples that the oracle makes of it. */
function stored(): { parts: SoundParts; wanted: Float32Array } {
  const packed = gunzipSync(readFileSync(new URL(`../../fixtures/${file}`, import.meta.url)));
  const bytes = packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength);
  const size = 601 * frameCount;
  const spectra = Object.values(steps).map((step, index) =>
    Float32Array.from(new Int8Array(bytes, index * size, size), (value) => value * Math.fround(step)),
  );
  const [harmonicLevel, harmonicPhase, noiseLevel, freeLevel, freePhase] = spectra as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const rest = new Float32Array(bytes.slice(5 * size));
  const pitchHz = rest.slice(0, frameCount);
  return {
    parts: { frameCount, harmonicLevel, harmonicPhase, noiseLevel, freeLevel, freePhase, pitchHz },
    wanted: rest.slice(frameCount),
  };
}

test('makes of the network’s words the samples that the oracle makes, within 55 dB', () => {
  const { parts, wanted } = stored();
  const actual = new Vocoder().render(parts, undefined);
  const decibels = signalToNoiseDb(wanted, actual);
  console.log(`vocoder beside the oracle: ${decibels.toFixed(1)} dB over ${wanted.length} samples`);
  expect(decibels).toBeGreaterThanOrEqual(55);
});

test('is used again without a trace of the sound before', () => {
  const { parts } = stored();
  const vocoder = new Vocoder();
  const first = vocoder.render(parts, undefined);
  expect(vocoder.render(parts, undefined)).toEqual(first);
});

test('an odd number of frames has no echo of a frame that is not there', () => {
  const { parts, wanted } = stored();
  const odd = frameCount - 1 - ((frameCount - 1) % 2 === 0 ? 1 : 0);
  const cut = (spectrum: Float32Array): Float32Array =>
    Float32Array.from(
      { length: 601 * odd },
      (_, index) => spectrum[Math.floor(index / odd) * frameCount + (index % odd)] ?? 0,
    );
  const shorter = new Vocoder().render(
    {
      frameCount: odd,
      harmonicLevel: cut(parts.harmonicLevel),
      harmonicPhase: cut(parts.harmonicPhase),
      noiseLevel: cut(parts.noiseLevel),
      freeLevel: cut(parts.freeLevel),
      freePhase: cut(parts.freePhase),
      pitchHz: parts.pitchHz.slice(0, odd),
    },
    undefined,
  );
  // The last three frames hear the end; before them nothing changes.
  const same = (odd - 4) * 300;
  expect(shorter.length).toBe(odd * 300);
  expect(signalToNoiseDb(wanted.slice(0, same), shorter.slice(0, same))).toBeGreaterThan(55);
});

test('noise is added where the network wants it, the same for the same seed', () => {
  const { parts } = stored();
  const vocoder = new Vocoder();
  const silent = vocoder.render(parts, undefined);
  const noisy = vocoder.render(parts, new ComplexNoise(1));
  expect(noisy).not.toEqual(silent);
  expect(vocoder.render(parts, new ComplexNoise(1))).toEqual(noisy);
  expect(noisy.every(Number.isFinite)).toBe(true);
});
