import { expect, test } from 'vitest';
import { EngineLifecycle } from './engine-lifecycle.ts';
import { isRunAnywhereError } from './errors.ts';

/** An engine whose steps a test can hold back. */
function make() {
  const log: string[] = [];
  const lifecycle = new EngineLifecycle<{ id: number }>({
    engine: 'test-engine',
    open: async () => {
      log.push('open');
      await Promise.resolve();
      return { id: 1 };
    },
    close: () => void log.push('close'),
  });
  return { lifecycle, log };
}

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test('loads at the same time share one load, and a later one is free', async () => {
  const { lifecycle, log } = make();
  await Promise.all([lifecycle.load(), lifecycle.load()]);
  await lifecycle.load();
  expect(log).toEqual(['open']);
});

test('a load that failed is tried afresh', async () => {
  let attempts = 0;
  const lifecycle = new EngineLifecycle({
    engine: 'x',
    open: async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('first');
      return {};
    },
    close: () => undefined,
  });
  await expect(lifecycle.load()).rejects.toThrow('first');
  await lifecycle.load();
  expect(attempts).toBe(2);
});

test('a call before the load says so', async () => {
  const { lifecycle } = make();
  const error = await lifecycle.run(async () => 1).catch((caught: unknown) => caught);
  expect(isRunAnywhereError(error, 'not-loaded')).toBe(true);
});

test('calls run one after the other, in order', async () => {
  const { lifecycle } = make();
  await lifecycle.load();
  const log: string[] = [];
  const first = gate();
  const a = lifecycle.run(async () => {
    log.push('a starts');
    await first.opened;
    log.push('a ends');
  });
  const b = lifecycle.run(async () => void log.push('b'));
  await Promise.resolve();
  first.open();
  await Promise.all([a, b]);
  expect(log).toEqual(['a starts', 'a ends', 'b']);
});

test('an abort rejects at once with the reason given, and the next call waits for the engine to be free', async () => {
  const { lifecycle } = make();
  await lifecycle.load();
  const working = gate();
  const started = gate();
  const controller = new AbortController();
  const log: string[] = [];
  const call = lifecycle.run(
    async (_loaded, signal) => {
      started.open();
      await working.opened;
      log.push(`free, aborted: ${signal.aborted}`);
    },
    { signal: controller.signal },
  );
  const next = lifecycle.run(async () => void log.push('next'));
  await started.opened;
  controller.abort('barge-in');
  await expect(call).rejects.toBe('barge-in');
  expect(log).toEqual([]);
  working.open();
  await next;
  expect(log).toEqual(['free, aborted: true', 'next']);
});

test('a stream delivers nothing after an abort', async () => {
  const { lifecycle } = make();
  await lifecycle.load();
  const controller = new AbortController();
  const working = gate();
  const items: number[] = [];
  const stream = lifecycle.stream(
    async function* () {
      yield 1;
      await working.opened;
      yield 2;
    },
    { signal: controller.signal },
  );
  const reading = (async () => {
    for await (const item of stream) {
      items.push(item);
      controller.abort('enough');
    }
  })();
  await expect(reading).rejects.toBe('enough');
  working.open();
  await lifecycle.run(async () => undefined);
  expect(items).toEqual([1]);
});

test('leaving the loop early stops the work', async () => {
  const { lifecycle } = make();
  await lifecycle.load();
  let seen: AbortSignal | undefined;
  for await (const _item of lifecycle.stream(async function* (_loaded, signal) {
    seen = signal;
    while (!signal.aborted) yield await Promise.resolve(1);
  })) {
    break;
  }
  expect(seen?.aborted).toBe(true);
});

test('disposal rejects what runs, frees once, and refuses what comes after', async () => {
  const { lifecycle, log } = make();
  await lifecycle.load();
  const working = gate();
  const started = gate();
  const call = lifecycle
    .run(() => {
      started.open();
      return working.opened;
    })
    .catch((caught: unknown) => caught);
  await started.opened;
  const disposal = [lifecycle.dispose(), lifecycle.dispose()];
  expect(isRunAnywhereError(await call, 'disposed')).toBe(true);
  expect(log).toEqual(['open']);
  working.open();
  await Promise.all(disposal);
  expect(log).toEqual(['open', 'close']);
  for (const late of [lifecycle.load(), lifecycle.run(async () => 1)]) {
    expect(isRunAnywhereError(await late.catch((caught: unknown) => caught), 'disposed')).toBe(true);
  }
});

test('one caller’s abort leaves a shared load running for the others', async () => {
  const { lifecycle, log } = make();
  const controller = new AbortController();
  const impatient = lifecycle.load({ signal: controller.signal });
  const patient = lifecycle.load();
  controller.abort('impatient');
  await expect(impatient).rejects.toBe('impatient');
  await patient;
  expect(log).toEqual(['open']);
});

test('a load that everybody left is stopped, and the next one starts afresh', async () => {
  const signals: AbortSignal[] = [];
  const lifecycle = new EngineLifecycle({
    engine: 'x',
    open: async ({ signal }) => {
      if (signal) signals.push(signal);
      await new Promise((resolve) => setTimeout(resolve, 5));
      signal?.throwIfAborted();
      return {};
    },
    close: () => undefined,
  });
  const controller = new AbortController();
  const left = lifecycle.load({ signal: controller.signal });
  controller.abort('left');
  await expect(left).rejects.toBe('left');
  await lifecycle.load();
  expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
});

test('everybody who waits hears the progress, also what is told at once', async () => {
  const lifecycle = new EngineLifecycle({
    engine: 'x',
    open: async ({ onProgress }) => {
      onProgress?.({ file: 'f', loadedBytes: 1, totalBytes: 1 });
      return {};
    },
    close: () => undefined,
  });
  const heard: string[] = [];
  await Promise.all(['a', 'b'].map((name) => lifecycle.load({ onProgress: () => heard.push(name) })));
  expect(heard).toEqual(['a', 'b']);
});

test('what finishes loading after disposal is freed at once', async () => {
  const { lifecycle, log } = make();
  const loading = lifecycle.load().catch((caught: unknown) => caught);
  await lifecycle.dispose();
  expect(isRunAnywhereError(await loading, 'disposed')).toBe(true);
  await new Promise((resolve) => setTimeout(resolve));
  expect(log).toEqual(['open', 'close']);
});
