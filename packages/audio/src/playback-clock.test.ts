import { expect, test } from 'vitest';
import { PlaybackClock } from './playback-clock.ts';

const RATE_HZ = 1000;

test('counts what lies between the start of a run and a frame, and no more than there was', () => {
  const clock = new PlaybackClock(RATE_HZ);
  expect(clock.playedSamplesAt(500)).toBe(0);
  clock.enqueued(300);
  expect(clock.waitingSamplesAt(0)).toBe(300);
  clock.report({ type: 'started', frame: 100, playedSamples: 0, droppedSamples: 0 });
  expect([90, 100, 250, 9000].map((frame) => clock.playedSamplesAt(frame))).toEqual([0, 0, 150, 300]);
  expect(clock.waitingSamplesAt(250)).toBe(150);
  clock.enqueued(50);
  expect(clock.playedSamplesAt(9000)).toBe(350);
  clock.report({ type: 'ended', frame: 450, playedSamples: 350, droppedSamples: 0 });
  expect(clock.playedSamplesAt(9000)).toBe(350);
  expect([clock.waitingSamplesAt(9000), clock.isOpen]).toEqual([0, false]);
});

test('a new run counts from nothing, whatever was dropped before it', () => {
  const clock = new PlaybackClock(RATE_HZ);
  clock.enqueued(1000);
  clock.report({ type: 'started', frame: 0, playedSamples: 0, droppedSamples: 0 });
  clock.enqueued(70); // Sent after the stop, which is still under way.
  clock.report({ type: 'stopped', frame: 400, playedSamples: 400, droppedSamples: 600 });
  expect([clock.playedSamplesAt(900), clock.waitingSamplesAt(900), clock.isOpen]).toEqual([400, 70, true]);
  clock.report({ type: 'started', frame: 500, playedSamples: 0, droppedSamples: 0 });
  expect(clock.playedSamplesAt(900)).toBe(70);
  expect(clock.underruns).toBe(0);
});

test('what was dropped before anything left has played nothing', () => {
  const clock = new PlaybackClock(RATE_HZ);
  clock.enqueued(10);
  clock.report({ type: 'stopped', frame: 40, playedSamples: 0, droppedSamples: 10 });
  expect([clock.playedSamplesAt(99), clock.isOpen]).toEqual([0, false]);
});

test('going on within a second of running dry is an underrun', () => {
  const clock = new PlaybackClock(RATE_HZ);
  const run = (frame: number) => {
    clock.enqueued(100);
    clock.report({ type: 'started', frame, playedSamples: 0, droppedSamples: 0 });
    clock.report({ type: 'ended', frame: frame + 100, playedSamples: 100, droppedSamples: 0 });
  };
  run(0);
  run(1099);
  expect(clock.underruns).toBe(1);
  run(2199);
  expect(clock.underruns).toBe(1);
});
