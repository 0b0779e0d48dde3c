import type { LoadOptions } from '@runanywhere/core';
import { settle } from '@runanywhere/core/testing';
import { expect, test } from 'vitest';
import { watch } from '../testing/make-session.ts';
import { SharedLoad } from './shared-load.ts';

function makeEngine() {
  const calls: (LoadOptions & { resolve: () => void; reject: (error: unknown) => void })[] = [];
  return {
    calls,
    load: (options: LoadOptions = {}) =>
      new Promise<void>((resolve, reject) => {
        calls.push({ ...options, resolve, reject });
      }),
  };
}

test('one who gives up does not stop the others; when the last one does, the load is stopped', async () => {
  const engine = makeEngine();
  const shared = new SharedLoad(engine, () => undefined);
  const [a, b] = [new AbortController(), new AbortController()];
  const first = watch(shared.load(a.signal));
  const second = watch(shared.load(b.signal));
  expect(engine.calls).toHaveLength(1);
  a.abort('a');
  await settle();
  expect(first).toMatchObject({ state: 'rejected', error: 'a' });
  expect(second.state).toBe('pending');
  expect(engine.calls[0]?.signal?.aborted).toBe(false);
  b.abort('b');
  await settle();
  expect(engine.calls[0]?.signal?.aborted).toBe(true);

  const third = watch(shared.load());
  expect(engine.calls).toHaveLength(2);
  engine.calls[1]?.resolve();
  await settle();
  expect(third.state).toBe('resolved');
  expect(shared.ready).toBe(true);
});

test('a failure reaches everybody, and the next call tries afresh', async () => {
  const engine = makeEngine();
  const shared = new SharedLoad(engine, () => undefined);
  const [first, second] = [watch(shared.load()), watch(shared.load())];
  const failure = new Error('offline');
  engine.calls[0]?.reject(failure);
  await settle();
  expect([first.error, second.error]).toEqual([failure, failure]);
  const third = watch(shared.load());
  expect(engine.calls).toHaveLength(2);
  engine.calls[1]?.resolve();
  await settle();
  expect(third.state).toBe('resolved');
});

test('progress of a load that everybody left is not told', async () => {
  const engine = makeEngine();
  const told: number[] = [];
  const shared = new SharedLoad(engine, ({ loadedBytes }) => told.push(loadedBytes));
  const controller = new AbortController();
  const loading = watch(shared.load(controller.signal));
  engine.calls[0]?.onProgress?.({ file: 'a', loadedBytes: 1, totalBytes: 2 });
  controller.abort();
  await settle();
  engine.calls[0]?.onProgress?.({ file: 'a', loadedBytes: 2, totalBytes: 2 });
  expect(loading.state).toBe('rejected');
  expect(told).toEqual([1]);
});
