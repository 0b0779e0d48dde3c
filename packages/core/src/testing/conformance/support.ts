import { expect } from 'vitest';
import type { AudioClip } from '../../audio-clip.ts';
import { type ErrorCode, isRunAnywhereError } from '../../errors.ts';

/** How a suite makes what it tests. */
export type Make<Subject> = () => Subject | Promise<Subject>;

/** Fails unless the promise rejects with an SDK error of this code. */
export async function expectError(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error = await promise.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(isRunAnywhereError(error) ? error.code : error).toBe(code);
}

/** All items of a stream. */
export async function drain<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** How many events of a type there are. */
export function count(events: readonly { type: string }[], type: string): number {
  return events.filter((event) => event.type === type).length;
}

/** Digital silence, 16 000 Hz. */
export function silence(seconds: number): AudioClip {
  return { samples: new Float32Array(Math.round(seconds * 16_000)), sampleRateHz: 16_000, startMs: 0 };
}
