import { isRunAnywhereError } from '@runanywhere/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWav, writeWav } from './wav.ts';

interface Recipe {
  encoding?: number;
  channels?: number;
  sampleRateHz?: number;
  bits?: number;
  /** Replaces the size that the data chunk claims. */
  dataSize?: number;
  extensible?: boolean;
  before?: number[];
}

/** Puts a WAV file together from the bytes of its samples. */
function file(data: ArrayBuffer, recipe: Recipe = {}): Uint8Array<ArrayBuffer> {
  const { encoding = 1, channels = 1, sampleRateHz = 16_000, bits = 16, extensible, before = [] } = recipe;
  const fmt = new DataView(new ArrayBuffer(extensible ? 40 : 16));
  fmt.setUint16(0, extensible ? 0xfffe : encoding, true);
  fmt.setUint16(2, channels, true);
  fmt.setUint32(4, sampleRateHz, true);
  fmt.setUint16(12, (channels * bits) / 8, true);
  fmt.setUint16(14, bits, true);
  if (extensible) fmt.setUint16(24, encoding, true);
  const text = (value: string) => [...value].map((letter) => letter.charCodeAt(0));
  const size = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
  return Uint8Array.from([
    ...text('RIFF'),
    ...size(0),
    ...text('WAVE'),
    ...before,
    ...text('fmt '),
    ...size(fmt.byteLength),
    ...new Uint8Array(fmt.buffer),
    ...text('data'),
    ...size(recipe.dataSize ?? data.byteLength),
    ...new Uint8Array(data),
  ]);
}

const WANTED = [0, 0.5, -0.5, 0.25, -1];

function integers(bits: number, values: readonly number[] = WANTED): ArrayBuffer {
  const bytes = values.flatMap((value) => {
    if (bits === 8) return [Math.round(value * 128) + 128];
    const scaled = Math.round(value * 2 ** (bits - 1));
    return Array.from({ length: bits / 8 }, (_, i) => Math.floor(scaled / 256 ** i) & 255);
  });
  return Uint8Array.from(bytes).buffer;
}

const samplesOf = (bytes: Uint8Array<ArrayBuffer>) => [...readWav(bytes).samples];

describe('readWav', () => {
  test.each([8, 16, 24, 32])('reads PCM of %i bits', (bits) => {
    expect(samplesOf(file(integers(bits), { bits }))).toEqual(WANTED);
  });

  test('reads floats of 32 and 64 bits, limited and without holes', () => {
    const loud = [0, 0.5, 3, -3, Number.NaN];
    const wanted = [0, 0.5, 1, -1, 0];
    expect(samplesOf(file(Float32Array.from(loud).buffer, { encoding: 3, bits: 32 }))).toEqual(wanted);
    expect(samplesOf(file(Float64Array.from(loud).buffer, { encoding: 3, bits: 64 }))).toEqual(wanted);
  });

  test.each([2, 3, 6])('mixes %i channels to their mean', (channels) => {
    const values = WANTED.flatMap((value) =>
      Array.from({ length: channels }, (_, i) => (i === 0 ? value : 0)),
    );
    const samples = samplesOf(file(integers(16, values), { channels }));
    for (const [i, sample] of samples.entries())
      expect(sample).toBeCloseTo((WANTED[i] as number) / channels, 4);
    expect(samples).toHaveLength(WANTED.length);
  });

  test.each([8000, 11_025, 44_100, 48_000, 96_000, 192_000])('keeps a rate of %i Hz', (sampleRateHz) => {
    expect(readWav(file(integers(16), { sampleRateHz })).sampleRateHz).toBe(sampleRateHz);
  });

  test('reads the extensible form', () => {
    expect(samplesOf(file(integers(24), { bits: 24, extensible: true }))).toEqual(WANTED);
  });

  test('steps over other chunks, also of odd length', () => {
    const list = [0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0];
    expect(samplesOf(file(integers(16), { before: list }))).toEqual(WANTED);
  });

  test.each([0, 0xffff_ffff])('reads a streamed file whose length says %i', (dataSize) => {
    expect(readWav(file(integers(16), { dataSize }))).toMatchObject({ truncated: false });
    expect(samplesOf(file(integers(16), { dataSize }))).toEqual(WANTED);
  });

  test('takes what is there of a truncated file, and says so', () => {
    const whole = file(integers(16));
    const clip = readWav(whole.subarray(0, whole.length - 3));
    expect([...clip.samples]).toEqual(WANTED.slice(0, 3));
    expect(clip.truncated).toBe(true);
    expect(readWav(whole).truncated).toBe(false);
  });

  test('reads from the middle of a larger buffer', () => {
    const inner = file(integers(16));
    const outer = new Uint8Array(inner.length + 20);
    outer.set(inner, 7);
    expect([...readWav(outer.subarray(7, 7 + inner.length)).samples]).toEqual(WANTED);
  });

  test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['an empty file', new Uint8Array(0), /empty/],
    [
      'a text',
      new TextEncoder().encode('<!doctype html><title>404</title>') as Uint8Array<ArrayBuffer>,
      /not a WAV/,
    ],
    ['the first bytes of one', file(integers(16)).slice(0, 20), /before its samples|cut off/],
    ['one without samples', file(new ArrayBuffer(0)), /no sample/],
    ['half a sample', file(new ArrayBuffer(1)), /no sample/],
    ['a compressed one', file(integers(16), { encoding: 0x55 }), /encoding 85/],
    ['12 bits', file(integers(16), { bits: 12 }), /12 bits/],
    ['no channels', file(integers(16), { channels: 0 }), /channels/],
    ['a rate of 0', file(integers(16), { sampleRateHz: 0 }), /0 Hz/],
  ])('refuses %s with the reason', (_what, bytes, reason) => {
    try {
      readWav(bytes);
      expect.unreachable();
    } catch (error) {
      expect(isRunAnywhereError(error, 'invalid-audio') && error.details.reason).toMatch(reason);
    }
  });

  test('any bytes give a clip of sound samples or a clear refusal', () => {
    const seed = file(integers(24), { bits: 24, channels: 1, extensible: true });
    const damaged = fc
      .tuple(
        fc.array(fc.tuple(fc.nat({ max: seed.length - 1 }), fc.nat({ max: 255 })), { maxLength: 8 }),
        fc.nat({ max: seed.length }),
      )
      .map(([changes, length]) => {
        const bytes = seed.slice(0, length);
        for (const [place, value] of changes) if (place < length) bytes[place] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          const { samples, sampleRateHz } = readWav(bytes);
          expect(samples.length).toBeGreaterThan(0);
          expect(samples.every((sample) => sample >= -1 && sample <= 1)).toBe(true);
          expect(sampleRateHz).toBeGreaterThan(0);
        } catch (error) {
          if (!isRunAnywhereError(error, 'invalid-audio')) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('what writeWav writes, readWav reads', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1 }),
      fc.constantFrom(16_000, 24_000, 44_100),
      (values, sampleRateHz) => {
        const samples = Float32Array.from(values, (value) => value / 32_768);
        const clip = readWav(writeWav({ samples, sampleRateHz }));
        expect(clip).toEqual({ samples, sampleRateHz, startMs: 0, truncated: false });
      },
    ),
  );
});

test('writeWav clips what is too loud', () => {
  const samples = Float32Array.from([2, -2]);
  expect([...readWav(writeWav({ samples, sampleRateHz: 16_000 })).samples]).toEqual([
    Math.fround(32_767 / 32_768),
    -1,
  ]);
});
