import { expect, test } from 'vitest';
import { SampleTimeline } from './sample-timeline.ts';

test('counts on from what it knows, and jumps only where there is a break', () => {
  const timeline = new SampleTimeline(16_000);
  expect(timeline.timeOf(0)).toBeUndefined();
  timeline.mark(0, 1000);
  timeline.mark(1600, 1105); // Jitter of a few milliseconds is none.
  expect(timeline.timeOf(3200)).toBe(1200);
  timeline.mark(16_000, 9000);
  expect(timeline.timeOf(15_999)).toBeCloseTo(2000, 0);
  expect(timeline.timeOf(16_016)).toBe(9001);
});

test('remembers a bounded number of breaks', () => {
  const timeline = new SampleTimeline(16_000);
  for (let i = 0; i < 2000; i++) timeline.mark(i * 16, i * 100);
  expect(timeline.timeOf(1999 * 16)).toBe(199_900);
  expect(timeline.timeOf(1990 * 16)).toBe(199_000);
});
