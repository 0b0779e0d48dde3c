import { isRunAnywhereError, RunAnywhereError } from '@runanywhere/core';
import { VirtualClock } from '@runanywhere/core/testing';
import { expect, test } from 'vitest';
import { watch } from '../testing/make-session.ts';
import { guardedStream, orAborted } from './abortable.ts';

const guard = (clock: VirtualClock, signal: AbortSignal) => ({
  clock,
  signal,
  stallMs: 1000,
  engine: 'deaf-engine',
});

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** Gives its items and then hangs, whatever its signal says. */
async function* hanging(...items: number[]): AsyncGenerator<number> {
  yield* items;
  await new Promise(() => undefined);
}

test('orAborted rejects at once with the reason given', async () => {
  const controller = new AbortController();
  const never = orAborted(new Promise(() => undefined), controller.signal);
  controller.abort('enough');
  await expect(never).rejects.toBe('enough');
  await expect(orAborted(Promise.reject(new Error('late')), controller.signal)).rejects.toBe('enough');
  await expect(orAborted(Promise.resolve(7), new AbortController().signal)).resolves.toBe(7);
});

test('an engine that does not listen to its signal holds nobody up', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const reading = watch(collect(guardedStream(() => hanging(1), guard(clock, controller.signal))));
  await clock.advance(10);
  expect(reading.state).toBe('pending');
  controller.abort('enough');
  await clock.advance(0);
  expect(reading).toMatchObject({ state: 'rejected', error: 'enough' });
  expect(clock.pendingTimers).toBe(0);
});

test('a stream that goes quiet fails with a timeout, and its engine is told', async () => {
  const clock = new VirtualClock();
  let told: AbortSignal | undefined;
  const open = (signal: AbortSignal) => {
    told = signal;
    return hanging(1, 2);
  };
  const reading = watch(collect(guardedStream(open, guard(clock, new AbortController().signal))));
  await clock.advance(999);
  expect(reading.state).toBe('pending');
  await clock.advance(1);
  expect(isRunAnywhereError(reading.error, 'timeout') && reading.error.details).toEqual({
    operation: 'deaf-engine',
    timeoutMs: 1000,
  });
  expect(told?.aborted).toBe(true);
});

test('leaving the loop early tells the engine', async () => {
  const clock = new VirtualClock();
  let told: AbortSignal | undefined;
  const open = (signal: AbortSignal) => {
    told = signal;
    return hanging(1, 2);
  };
  for await (const item of guardedStream(open, guard(clock, new AbortController().signal))) {
    expect(item).toBe(1);
    break;
  }
  expect(told?.aborted).toBe(true);
  expect(clock.pendingTimers).toBe(0);
});

test('what an engine throws comes out typed, and ours as it is', async () => {
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  const failing = (error: unknown) =>
    collect(
      guardedStream(
        () => {
          throw error;
        },
        guard(clock, signal),
      ),
    );
  const foreign = await failing(new TypeError('what was said')).catch((error: unknown) => error);
  expect(isRunAnywhereError(foreign, 'engine-failed') && foreign.message).not.toContain('what was said');
  const ours = new RunAnywhereError('worker-crashed', { worker: 'llm' });
  await expect(failing(ours)).rejects.toBe(ours);
});
