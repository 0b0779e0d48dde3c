import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallOptions, Engine } from '../../engine.ts';
import { expectError, type Make } from './support.ts';

// A real model takes a second to load, so the tests of a suite share one engine; what ends an engine gets one of its own.

/** What all engines promise. Returns the loaded engine that the tests of a suite share. */
export function describeEngine<Subject extends Engine>(
  make: Make<Subject>,
  work: (engine: Subject, options: CallOptions) => Promise<unknown>,
): () => Promise<Subject> {
  let shared: Promise<Subject> | undefined;
  const subject = (): Promise<Subject> => {
    shared ??= (async () => {
      const engine = await make();
      await engine.load();
      return engine;
    })();
    return shared;
  };
  beforeAll(async () => void (await subject()));
  afterAll(async () => (await shared)?.dispose());

  test('working before the load is refused', async () => {
    const engine = await make();
    await expectError(work(engine, {}), 'not-loaded');
    await engine.dispose();
  });

  test('loading again is free', async () => {
    const engine = await subject();
    const startMs = performance.now();
    await Promise.all([engine.load(), engine.load()]);
    expect(performance.now() - startMs).toBeLessThan(100);
  });

  test('a load that is aborted rejects with the reason given', async () => {
    const engine = await make();
    await expect(engine.load({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
    await engine.dispose();
  });

  test('a call that is aborted already rejects with the reason given', async () => {
    await expect(work(await subject(), { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
  });

  test('disposal is free the second time, and refuses work after it', async () => {
    const engine = await make();
    await engine.load();
    await engine.dispose();
    await engine.dispose();
    await expectError(work(engine, {}), 'disposed');
    await expectError(engine.load(), 'disposed');
  });

  test('disposal fails the call in flight', async () => {
    const engine = await make();
    await engine.load();
    const call = work(engine, {});
    const disposal = engine.dispose();
    await expectError(call, 'disposed');
    await disposal;
  });

  return subject;
}
