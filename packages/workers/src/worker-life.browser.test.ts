import { isRunAnywhereError } from '@runanywhere/core';
import { afterEach, expect, test } from 'vitest';
import { MisbehavingEngine } from '../testing/misbehaving-engine.ts';

// FAULTS rows 9 to 11 with real workers: what the browser says of a dead one is little, and differs by how it died.

const engines: MisbehavingEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
});

function make(options?: ConstructorParameters<typeof MisbehavingEngine>[0]): MisbehavingEngine {
  const engine = new MisbehavingEngine(options);
  engines.push(engine);
  return engine;
}

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a worker starts with the load, reports progress and answers', async () => {
  const engine = make();
  const progress: unknown[] = [];
  await engine.load({ onProgress: (step) => progress.push(step) });
  expect(progress).toEqual([{ file: 'a.onnx', loadedBytes: 1, totalBytes: 1 }]);
  const samples = new Float32Array(512);
  expect(await engine.work('answer', samples)).toBe(512);
  expect(samples.length).toBe(0);
});

test.each(['throw', 'reject'] as const)(
  'row 9: a worker that dies outside of a call (%s) fails what is pending, and the next load starts another',
  async (how) => {
    const engine = make();
    await engine.load();
    const pending = caught(engine.work('hang'));
    const fatal = caught(engine.work(how));
    for (const error of [await pending, await fatal, await caught(engine.work('answer'))]) {
      expect(isRunAnywhereError(error, 'worker-crashed') && error.details).toEqual({ worker: 'misbehaving' });
      expect((error as Error).cause).toMatchObject({ cause: { name: 'RangeError' } });
      expect(JSON.stringify((error as Error).cause)).not.toContain('what was said');
    }
    await engine.load();
    expect(await engine.work('answer')).toBe(1);
  },
);

test('an error in a load keeps its code and leaves the worker alive', async () => {
  const engine = make({ modelId: 'corrupt' });
  const error = await caught(engine.load());
  expect(isRunAnywhereError(error, 'model-missing') && error.details.modelId).toBe('corrupt');
  expect(await engine.work('answer')).toBe(1);
});

test('row 11: a worker whose script is not there is unavailable, and the error names the address', async () => {
  const workerFactory = (): Worker => new Worker('/nowhere/misbehaving.worker.js?a', { type: 'module' });
  const error = await caught(make({ workerFactory }).load());
  expect(isRunAnywhereError(error, 'worker-unavailable') && error.details).toEqual({
    worker: 'misbehaving',
    url: '/nowhere/misbehaving.worker.js?a',
  });
});

test('row 11: a worker that a Content-Security-Policy forbids is unavailable', async () => {
  const frame = document.createElement('iframe');
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="worker-src 'none'">`;
  document.body.append(frame);
  await new Promise((resolve) => frame.addEventListener('load', resolve));
  const Forbidden = (frame.contentWindow as unknown as { Worker: typeof Worker }).Worker;
  const workerFactory = (): Worker => new Forbidden('/worker.js', { type: 'module' });
  const error = await caught(make({ workerFactory }).load());
  expect(isRunAnywhereError(error, 'worker-unavailable')).toBe(true);
  frame.remove();
});

test('a worker from another origin is unavailable', async () => {
  const workerFactory = (): Worker => new Worker('https://other-origin.test/worker.js', { type: 'module' });
  const error = await caught(make({ workerFactory }).load());
  expect(isRunAnywhereError(error, 'worker-unavailable')).toBe(true);
});

test('a worker that throws while it starts is unavailable', async () => {
  const workerFactory = (): Worker =>
    new Worker(new URL('../testing/misbehaving.worker.ts', import.meta.url), {
      type: 'module',
      name: 'broken',
    });
  const error = await caught(make({ workerFactory }).load());
  expect(isRunAnywhereError(error, 'worker-unavailable')).toBe(true);
});

test('disposal ends the worker and fails what is pending', async () => {
  const engine = make();
  await engine.load();
  const pending = caught(engine.work('hang'));
  await engine.dispose();
  expect(isRunAnywhereError(await pending, 'disposed')).toBe(true);
  expect(isRunAnywhereError(await caught(engine.load()), 'disposed')).toBe(true);
});
