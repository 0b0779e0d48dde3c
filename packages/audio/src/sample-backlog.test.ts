import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SampleBacklog } from './sample-backlog.ts';

/** Sample `i` of a stream, in the steps of 16-bit audio, so that it survives them exactly. */
const sampleAt = (i: number): number => ((i % 65_536) - 32_768) / 32_768;
const stretch = (start: number, length: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, i) => sampleAt(start + i));

test('gives out what came in: nothing lost, nothing twice, in order', () => {
  const step = fc.record({ add: fc.nat({ max: 20_000 }), take: fc.nat({ max: 20_000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const backlog = new SampleBacklog(300_000);
      let added = 0;
      let taken = 0;
      for (const { add, take } of steps) {
        expect(backlog.append(stretch(added, add))).toBe(0);
        added += add;
        const out = new Float32Array(take);
        const count = backlog.take(out);
        expect(count).toBe(Math.min(take, added - taken));
        expect(out.subarray(0, count)).toEqual(stretch(taken, count));
        taken += count;
      }
      expect([backlog.startIndex, backlog.endIndex]).toEqual([taken, added]);
    }),
    { numRuns: 30 },
  );
});

test('beyond its capacity it drops the oldest and says how much', () => {
  const backlog = new SampleBacklog(160_000);
  let dropped = 0;
  for (let second = 0; second < 60; second++) dropped += backlog.append(stretch(second * 16_000, 16_000));
  const kept = backlog.endIndex - backlog.startIndex;
  expect(dropped + kept).toBe(60 * 16_000);
  expect(kept).toBeGreaterThanOrEqual(160_000);
  expect(kept).toBeLessThanOrEqual(160_000 + 16_000);
  const out = new Float32Array(10);
  backlog.take(out);
  expect(out).toEqual(stretch(dropped, 10));
});

test('clips what lies beyond full scale', () => {
  const backlog = new SampleBacklog(16_000);
  backlog.append(Float32Array.from([2, -2]));
  const out = new Float32Array(2);
  backlog.take(out);
  expect([...out]).toEqual([32_767 / 32_768, -1].map(Math.fround));
});
