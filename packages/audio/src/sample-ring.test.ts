import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SampleRing } from './sample-ring.ts';

const upTo = (end: number, start = 0) => Array.from({ length: end - start }, (_, i) => start + i);

test('gives back what is kept, by its place in the stream', () => {
  const ring = new SampleRing(4);
  ring.append(Float32Array.from([0, 1, 2]));
  ring.append(Float32Array.from([3, 4, 5]));
  expect([ring.oldestIndex, ring.endIndex]).toEqual([2, 6]);
  expect([...ring.read(3, 5)]).toEqual([3, 4]);
  expect([...ring.read(0, 99)]).toEqual([2, 3, 4, 5]);
  expect([...ring.read(5, 3)]).toEqual([]);
});

test('what was skipped is never given out', () => {
  const ring = new SampleRing(8);
  ring.append(Float32Array.from(upTo(5)));
  ring.skipTo(10);
  ring.append(Float32Array.from([10, 11]));
  expect([...ring.read(0, 12)]).toEqual([10, 11]);
});

test('holds the last samples, however they came', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat({ max: 120 })), (capacity, lengths) => {
      const ring = new SampleRing(capacity);
      let end = 0;
      for (const length of lengths) {
        ring.append(Float32Array.from(upTo(end + length, end)));
        end += length;
      }
      expect([...ring.read(0, end)]).toEqual(upTo(end, Math.max(0, end - capacity)));
    }),
  );
});
