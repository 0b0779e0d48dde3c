import { isRunAnywhereError } from '@runanywhere/core';
import { ScriptedSpeechOutput, VirtualClock } from '@runanywhere/core/testing';
import { expect, test } from 'vitest';
import { watch } from '../testing/make-session.ts';
import { Playback } from './playback.ts';

const clip = (audioMs: number) => ({
  samples: new Float32Array(audioMs * 24),
  sampleRateHz: 24_000,
  startMs: 0,
});

function makePlayback() {
  const clock = new VirtualClock();
  const output = new ScriptedSpeechOutput({ clock });
  const audibleMs: number[] = [];
  const playback = new Playback(output, {
    clock,
    stallMs: 5000,
    hooks: { onAudible: (atMs) => audibleMs.push(atMs) },
  });
  return { clock, output, playback, audibleMs, signal: new AbortController().signal };
}

test('counts what was heard across a gap in the queue', async () => {
  const { clock, playback, audibleMs, signal } = makePlayback();
  playback.enqueue(clip(1000));
  await clock.advance(400);
  expect(playback.playedMs).toBe(400);
  await clock.advance(1000);
  playback.enqueue(clip(500));
  await clock.advance(200);
  expect(playback.playedMs).toBe(1200);
  const drained = watch(playback.untilDrained(signal));
  await clock.advance(299);
  expect(drained.state).toBe('pending');
  await clock.advance(1);
  expect(drained.state).toBe('resolved');
  expect(audibleMs).toEqual([0]);
  expect(clock.pendingTimers).toBe(0);
});

test('a clip queued while the last one’s end is on its way is waited for', async () => {
  const { clock, output, playback, signal } = makePlayback();
  playback.enqueue(clip(1000));
  await clock.advance(1000);
  // The output has not played it yet, as a worklet would not have.
  const enqueue = output.enqueue.bind(output);
  output.enqueue = (late) => void clock.schedule(() => enqueue(late), 50);
  playback.enqueue(clip(300));
  const drained = watch(playback.untilDrained(signal));
  await clock.advance(340);
  expect(drained.state).toBe('pending');
  await clock.advance(10);
  expect(drained.state).toBe('resolved');
});

test('waits until the lead is short, or the last clip has begun', async () => {
  const { clock, playback, signal } = makePlayback();
  playback.enqueue(clip(3000));
  playback.enqueue(clip(9000));
  const waiting = watch(playback.untilLeadBelow(4000, 3000, signal));
  await clock.advance(2500);
  expect(waiting.state).toBe('pending');
  await clock.advance(500);
  expect(waiting.state).toBe('resolved');
});

test('an earlier reply’s late start is not taken for this one’s', async () => {
  const { output, playback, audibleMs } = makePlayback();
  output.events.emit('playback-start', { atMs: 0 });
  output.events.emit('playback-end', { atMs: 1, playedMs: 1, stopped: true });
  expect(playback.audible).toBe(false);
  expect(audibleMs).toEqual([]);
});

test('an output whose clock stands still fails with a timeout', async () => {
  const { clock, output, playback, signal } = makePlayback();
  output.enqueue = () => undefined;
  playback.enqueue(clip(1000));
  const drained = watch(playback.untilDrained(signal));
  await clock.advance(4900);
  expect(drained.state).toBe('pending');
  await clock.advance(300);
  expect(isRunAnywhereError(drained.error, 'timeout') && drained.error.details.operation).toBe('playback');
});

test('stopped by somebody else, it does not wait for the rest', async () => {
  const { clock, output, playback, signal } = makePlayback();
  playback.enqueue(clip(1000));
  const drained = watch(playback.untilDrained(signal));
  await clock.advance(300);
  output.stop();
  await clock.advance(0);
  expect(drained.state).toBe('resolved');
});

test('stopping it ends every wait with the reason', async () => {
  const { clock, output, playback } = makePlayback();
  const controller = new AbortController();
  playback.enqueue(clip(1000));
  const drained = watch(playback.untilDrained(controller.signal));
  await clock.advance(300);
  controller.abort('enough');
  playback.stop();
  await clock.advance(0);
  expect(drained).toMatchObject({ state: 'rejected', error: 'enough' });
  expect(output.playedMs()).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});
