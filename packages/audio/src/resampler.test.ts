import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isRunAnywhereError } from '@runanywhere/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Resampler, resampleClip } from './resampler.ts';

function tone(frequencyHz: number, sampleRateHz: number, seconds = 0.5): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) =>
    Math.sin((2 * Math.PI * frequencyHz * i) / sampleRateHz),
  );
}

function convert(
  input: Float32Array,
  fromHz: number,
  toHz: number,
  cuts: readonly number[] = [],
): Float32Array {
  const resampler = new Resampler({ fromHz, toHz });
  const parts: number[] = [];
  const output = new Float32Array(resampler.maxOutputSamples(input.length));
  let start = 0;
  for (const end of [...cuts, input.length]) {
    const written = resampler.push(input.subarray(start, end), output);
    parts.push(...output.subarray(0, written));
    start = end;
  }
  const written = resampler.flush(output);
  parts.push(...output.subarray(0, written));
  return Float32Array.from(parts);
}

/** Level of the middle of a signal against a full sine, in dB: the edges ring, which is not what is measured. */
function levelDb(samples: Float32Array): number {
  const middle = samples.subarray(Math.round(samples.length * 0.2), Math.round(samples.length * 0.8));
  const meanSquare = middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length;
  return 10 * Math.log10(meanSquare / 0.5);
}

describe.each([192_000, 96_000, 48_000, 44_100, 32_000, 22_050])('from %i Hz to 16 kHz', (fromHz) => {
  test('is flat within 0.5 dB to 7 kHz', () => {
    const levels = [50, 100, 1000, 3000, 5000, 6000, 6500, 7000].map((hz) =>
      levelDb(convert(tone(hz, fromHz), fromHz, 16_000)),
    );
    for (const level of levels) expect(Math.abs(level)).toBeLessThan(0.5);
  });

  test('lets no alias through above -60 dB', () => {
    const nyquistHz = fromHz / 2;
    const wouldAlias = [8050, 8500, 9000, 10_000, 12_000, 15_000, 20_000, 30_000, 47_000, 90_000];
    const levels = wouldAlias
      .filter((hz) => hz < nyquistHz)
      .map((hz) => levelDb(convert(tone(hz, fromHz), fromHz, 16_000)));
    expect(levels.length).toBeGreaterThan(0);
    for (const level of levels) expect(level).toBeLessThan(-60);
  });
});

test.each([
  [8000, 16_000, 3400],
  [16_000, 24_000, 7000],
  [24_000, 48_000, 10_000],
  [11_025, 16_000, 4500],
  [44_100, 48_000, 19_000],
  [48_000, 44_099, 19_000],
])('from %i to %i Hz leaves a tone of %i Hz where it is, in level and in time', (fromHz, toHz, hz) => {
  const output = convert(tone(hz, fromHz), fromHz, toHz);
  const wanted = tone(hz, toHz);
  const difference = output.map((sample, i) => sample - (wanted[i] as number));
  // Neither images of the tone nor a delay of it: the same tone, sampled at the same moments.
  expect(levelDb(difference)).toBeLessThan(-60);
});

test('does not care how the input is split', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(8000, 16_000, 44_100, 48_000, 96_000, 44_099),
      fc.constantFrom(16_000, 24_000, 44_100),
      fc.array(fc.integer({ min: 0, max: 4999 }), { maxLength: 12 }),
      fc.integer(),
      (fromHz, toHz, cuts, seed) => {
        const input = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(seed + i * i * 0.001));
        const whole = convert(input, fromHz, toHz);
        const split = convert(
          input,
          fromHz,
          toHz,
          [...cuts].sort((a, b) => a - b),
        );
        expect(split).toEqual(whole);
        expect(whole.length).toBe(Math.ceil((input.length * toHz) / fromHz));
      },
    ),
    { numRuns: 40 },
  );
});

test('writes no more than it says, and starts afresh after a flush', () => {
  const resampler = new Resampler({ fromHz: 44_100, toHz: 16_000 });
  const input = tone(440, 44_100, 0.05);
  const runs = [0, 1].map(() => {
    const output = new Float32Array(resampler.maxOutputSamples(input.length));
    const written = resampler.push(input, output);
    expect(written).toBeLessThanOrEqual(output.length);
    const flushed = resampler.flush(output.subarray(written));
    return output.slice(0, written + flushed);
  });
  expect(runs[1]).toEqual(runs[0]);
});

test('allocates nothing while it works', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const resampler = new Resampler({ fromHz: 44_100, toHz: 16_000 });
  const quantum = tone(440, 44_100, 0.1).subarray(0, 128);
  const output = new Float32Array(resampler.maxOutputSamples(128));
  const work = (pushes: number) => {
    for (let i = 0; i < pushes; i++) resampler.push(quantum, output);
  };
  work(5000); // Until the code is compiled, compiling allocates.
  collect();
  const before = process.memoryUsage().heapUsed;
  work(20_000);
  const perPush = (process.memoryUsage().heapUsed - before) / 20_000;
  // One object a push would be 12 bytes at least.
  expect(perPush).toBeLessThan(6);
});

test('says by how much it looks ahead', () => {
  const resampler = new Resampler({ fromHz: 48_000, toHz: 16_000 });
  const output = new Float32Array(resampler.maxOutputSamples(4800));
  const missing = 1600 - resampler.push(new Float32Array(4800), output);
  expect(Math.abs(missing - resampler.latencyMs * 16)).toBeLessThanOrEqual(1);
  expect(resampler.latencyMs).toBeLessThan(5);
});

test('hands a clip that has the rate back as it is', () => {
  const clip = { samples: tone(440, 16_000), sampleRateHz: 16_000, startMs: 5 };
  expect(resampleClip(clip, 16_000)).toBe(clip);
  expect(resampleClip(clip, 24_000)).toMatchObject({ sampleRateHz: 24_000, startMs: 5 });
  expect(resampleClip(clip, 24_000).samples.length).toBe(12_000);
});

test.each([0, -1, 999, 400_000, 44_100.5, Number.NaN])('refuses a rate of %d Hz by name', (rate) => {
  const refused = (() => {
    try {
      return new Resampler({ fromHz: rate, toHz: 16_000 });
    } catch (error) {
      return error;
    }
  })();
  expect(isRunAnywhereError(refused, 'invalid-options') && refused.details.option).toBe('fromHz');
});
