import { isRunAnywhereError, RunAnywhereError, toRunAnywhereError } from '@runanywhere/core';
import { afterEach, expect, test, vi } from 'vitest';
import { openRpcClient } from './client.ts';
import { forwardCrashes, type Handlers, serve } from './host.ts';
import type { Endpoint } from './protocol.ts';

interface TestMethods {
  load: { params: { modelId: string }; chunk: number; result: undefined };
  transcribe: { params: { samples: Float32Array<ArrayBuffer> }; chunk: string; result: string };
  speak: { params: { text: string }; chunk: Float32Array<ArrayBuffer>; result: number };
}

const opened: MessagePort[] = [];
afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

// A real MessageChannel, not a mock: structured clone, transfer and order are what this code is about.
function channel(): [Endpoint & MessagePort, Endpoint & MessagePort] {
  const { port1, port2 } = new MessageChannel();
  opened.push(port1, port2);
  return [port1 as Endpoint & MessagePort, port2 as Endpoint & MessagePort];
}

function connect(handlers: Partial<Handlers<TestMethods>>) {
  const [near, far] = channel();
  serve<TestMethods>(far, 'test', handlers as Handlers<TestMethods>);
  return { client: openRpcClient<TestMethods>(() => near, 'test'), near, far };
}

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A promise that a test settles. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const silence = (): Float32Array<ArrayBuffer> => new Float32Array(512);

test('chunks arrive in order, then the result', async () => {
  const { client } = connect({
    async transcribe(_params, { chunk }) {
      chunk('turn');
      chunk('turn on');
      return 'turn on the light';
    },
  });
  const heard: string[] = [];
  const onChunk = (value: string): void => void heard.push(value);
  expect(await client.call('transcribe', { samples: silence() }, { onChunk })).toBe('turn on the light');
  expect(heard).toEqual(['turn', 'turn on']);
});

test('a stream gives every chunk and ends with the call', async () => {
  const { client } = connect({
    async transcribe(_params, { chunk }) {
      for (const text of ['a', 'b', 'c']) {
        chunk(text);
        await Promise.resolve();
      }
      return 'abc';
    },
  });
  const heard: string[] = [];
  for await (const text of client.stream('transcribe', { samples: silence() })) heard.push(text);
  expect(heard).toEqual(['a', 'b', 'c']);
});

test('calls at the same time do not mix their answers', async () => {
  const first = gate();
  const { client } = connect({
    async speak({ text }, { chunk }) {
      if (text === 'slow') await first.opened;
      chunk(new Float32Array(text.length));
      return text.length;
    },
  });
  const slow = client.call('speak', { text: 'slow' });
  expect(await client.call('speak', { text: 'fastest' })).toBe(7);
  first.open();
  expect(await slow).toBe(4);
});

test('a stream that fails gives what came before, then the error', async () => {
  const { client } = connect({
    async transcribe(_params, { chunk }) {
      chunk('so far');
      throw new RunAnywhereError('timeout', { operation: 'transcribe', timeoutMs: 50 });
    },
  });
  const heard: string[] = [];
  const reading = (async () => {
    for await (const text of client.stream('transcribe', { samples: silence() })) {
      await new Promise((resolve) => setTimeout(resolve, 20)); // The failure arrives while the reader is busy.
      heard.push(text);
    }
  })();
  const error = await caught(reading);
  expect(heard).toEqual(['so far']);
  expect(isRunAnywhereError(error, 'timeout') && error.details.timeoutMs).toBe(50);
});

test('leaving a stream early aborts the far side', async () => {
  const stopped = vi.fn();
  const { client } = connect({
    async transcribe(_params, { chunk, signal }) {
      signal.addEventListener('abort', stopped);
      chunk('one');
      await new Promise(() => undefined);
      return '';
    },
  });
  for await (const _text of client.stream('transcribe', { samples: silence() })) break;
  await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce());
});

test('a stream does nothing until it is iterated', async () => {
  const transcribe = vi.fn(async () => '');
  const { client } = connect({ load: async () => undefined, transcribe });
  const stream = client.stream('transcribe', { samples: silence() });
  await client.call('load', { modelId: 'tiny' });
  expect(transcribe).not.toHaveBeenCalled();
  await stream.next();
  expect(transcribe).toHaveBeenCalledOnce();
});

test('aborting rejects at once with the reason given, and stops the work', async () => {
  const stopped = vi.fn();
  const { client } = connect({
    transcribe: (_params, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped();
          reject(signal.reason);
        });
      }),
  });
  const controller = new AbortController();
  const call = client.call('transcribe', { samples: silence() }, { signal: controller.signal });
  controller.abort('barge-in');
  await expect(call).rejects.toBe('barge-in');
  await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce());
});

test('an aborted call delivers nothing late, though the far side goes on', async () => {
  const working = gate();
  const { client } = connect({
    load: async () => undefined,
    async transcribe(_params, { chunk }) {
      chunk('early');
      await working.opened;
      chunk('late');
      return 'late';
    },
  });
  const controller = new AbortController();
  const heard: string[] = [];
  const reading = (async () => {
    for await (const text of client.stream(
      'transcribe',
      { samples: silence() },
      { signal: controller.signal },
    )) {
      heard.push(text);
      controller.abort('enough');
    }
  })();
  await expect(reading).rejects.toBe('enough');
  working.open();
  await client.call('load', { modelId: 'after' });
  expect(heard).toEqual(['early']);
});

test('an abort drops what has arrived and was not read yet', async () => {
  const { client } = connect({
    async transcribe(_params, { chunk }) {
      chunk('one');
      chunk('two');
      return '';
    },
    load: async () => undefined,
  });
  const controller = new AbortController();
  const stream = client.stream('transcribe', { samples: silence() }, { signal: controller.signal });
  expect((await stream.next()).value).toBe('one');
  await client.call('load', { modelId: 'x' });
  controller.abort('enough'); // The call has ended by now; its reader has not.
  await expect(stream.next()).rejects.toBe('enough');
});

test('a call with an aborted signal is never sent', async () => {
  const load = vi.fn(async () => undefined);
  const { client } = connect({ load });
  const signal = AbortSignal.abort('before');
  await expect(client.call('load', { modelId: 'tiny' }, { signal })).rejects.toBe('before');
  await client.call('load', { modelId: 'next' });
  expect(load).toHaveBeenCalledOnce();
});

test('an SDK error keeps code, details and the cause without its message', async () => {
  const secret = 'remind me to call Anna';
  const { client } = connect({
    load: () =>
      Promise.reject(
        new RunAnywhereError(
          'model-unavailable',
          { modelId: 'tiny', file: 'a.onnx', reason: 'status 503' },
          { cause: Object.assign(new SyntaxError(secret), { code: 'E_JSON' }) },
        ),
      ),
  });
  const error = await caught(client.call('load', { modelId: 'tiny' }));
  expect(isRunAnywhereError(error, 'model-unavailable') && error.details.reason).toBe('status 503');
  expect((error as Error).cause).toMatchObject({
    name: 'SyntaxError',
    code: 'E_JSON',
    stack: expect.stringContaining('rpc.test'),
  });
  expect(JSON.stringify((error as Error).cause)).not.toContain(secret);
  expect(String(error)).not.toContain(secret);
});

test('an unexpected throw comes back as engine-failed and quotes nothing', async () => {
  const { client } = connect({ load: () => Promise.reject(new TypeError('what was said')) });
  const error = await caught(client.call('load', { modelId: 'tiny' }));
  expect(isRunAnywhereError(error, 'engine-failed') && error.details).toEqual({
    engine: 'test',
    reason: 'it threw TypeError',
  });
  expect((error as Error).message).not.toContain('what was said');
});

test('arguments move when they are listed', async () => {
  const { client } = connect({ transcribe: async ({ samples }) => `${samples.length} samples` });
  const samples = silence();
  const call = client.call('transcribe', { samples }, { transfer: [samples.buffer] });
  expect(samples.length).toBe(0);
  expect(await call).toBe('512 samples');
});

test('chunks move when they are listed', async () => {
  let left = -1;
  const { client } = connect({
    async speak(_params, { chunk }) {
      const samples = silence();
      chunk(samples, [samples.buffer]);
      left = samples.length;
      return 0;
    },
  });
  const sizes: number[] = [];
  for await (const samples of client.stream('speak', { text: 'x' })) sizes.push(samples.length);
  expect(sizes).toEqual([512]);
  expect(left).toBe(0);
});

test('arguments that cannot be cloned reject their call, and only that', async () => {
  const { client } = connect({ load: async () => undefined });
  const uncloneable = { modelId: (() => 'tiny') as unknown as string };
  const error = await caught(client.call('load', uncloneable));
  expect(isRunAnywhereError(error, 'engine-failed') && error.details.reason).toBe('it threw DataCloneError');
  await client.call('load', { modelId: 'tiny' });
});

test('a result or chunk that cannot be cloned fails its call, and only that', async () => {
  const { client } = connect({
    async load(_params, { chunk }) {
      chunk((() => 1) as unknown as number);
      return undefined;
    },
    transcribe: async () => (() => '') as unknown as string,
    speak: async () => 1,
  });
  for (const call of [
    client.call('load', { modelId: 'x' }),
    client.call('transcribe', { samples: silence() }),
  ]) {
    const error = await caught(call);
    expect(isRunAnywhereError(error, 'engine-failed') && error.details.reason).toBe(
      'it threw DataCloneError',
    );
  }
  expect(await client.call('speak', { text: 'x' })).toBe(1);
});

test.each(['error', 'messageerror'])(
  'a crash (%s) fails what is pending and all that comes after',
  async (type) => {
    const { client, near } = connect({ load: () => new Promise(() => undefined), speak: async () => 1 });
    await client.call('speak', { text: 'hello was said' });
    const calls = [client.call('load', { modelId: 'a' }), client.call('load', { modelId: 'b' })];
    near.dispatchEvent(new Event(type));
    const outcomes = [...calls, client.call('speak', { text: 'late' })].map(caught);
    for (const error of await Promise.all(outcomes)) {
      expect(isRunAnywhereError(error, 'worker-crashed') && error.details).toEqual({ worker: 'test' });
    }
    expect(isRunAnywhereError(client.failure, 'worker-crashed')).toBe(true);
  },
);

test('a crash ends a stream at once, without what was not read yet', async () => {
  const { client, near } = connect({
    async transcribe(_params, { chunk }) {
      chunk('one');
      chunk('two');
      return new Promise<string>(() => undefined);
    },
    load: async () => undefined,
  });
  const stream = client.stream('transcribe', { samples: silence() });
  expect((await stream.next()).value).toBe('one');
  await client.call('load', { modelId: 'x' });
  near.dispatchEvent(new Event('error'));
  expect(isRunAnywhereError(await caught(stream.next()), 'worker-crashed')).toBe(true);
});

test('an error or a rejection outside of any call reaches the page as a crash with its cause', async () => {
  for (const type of ['error', 'unhandledrejection'] as const) {
    const { client, far } = connect({ load: () => new Promise(() => undefined), speak: async () => 1 });
    const scope = new EventTarget();
    forwardCrashes(scope, far, 'test');
    await client.call('speak', { text: 'x' });
    const call = caught(client.call('load', { modelId: 'a' }));
    const event = new Event(type, { cancelable: true });
    const thrown = new RangeError('what was said');
    scope.dispatchEvent(Object.assign(event, type === 'error' ? { error: thrown } : { reason: thrown }));
    const error = await call;
    expect(isRunAnywhereError(error, 'worker-crashed')).toBe(true);
    expect((error as Error).cause).toMatchObject({ code: 'engine-failed', cause: { name: 'RangeError' } });
    expect(JSON.stringify((error as Error).cause)).not.toContain('what was said');
    expect(event.defaultPrevented).toBe(true);
  }
});

test('a far side that fails before it said hello is unavailable, and the error names its address', async () => {
  const [near] = channel();
  const client = openRpcClient<TestMethods>(() => near, 'test');
  const call = caught(client.call('load', { modelId: 'a' }));
  near.dispatchEvent(new Event('error'));
  const error = await call;
  expect(isRunAnywhereError(error, 'worker-unavailable') && error.details).toEqual({
    worker: 'test',
    url: 'test',
  });
});

test('a far side that never says hello is given up after the deadline', async () => {
  const [near] = channel();
  const client = openRpcClient<TestMethods>(() => near, 'test', 20);
  const error = await caught(client.call('load', { modelId: 'a' }));
  expect(isRunAnywhereError(error, 'worker-unavailable')).toBe(true);
});

test('another protocol version is refused by both numbers', async () => {
  const [near, far] = channel();
  far.addEventListener('message', () => far.postMessage({ kind: 'hello', version: 99 }));
  far.start();
  const client = openRpcClient<TestMethods>(() => near, 'test');
  const error = await caught(client.call('load', { modelId: 'a' }));
  expect(isRunAnywhereError(error, 'protocol-mismatch') && error.details).toEqual({
    worker: 'test',
    expected: 1,
    actual: 99,
  });
});

test('close rejects what is pending with the error given, once, and terminates the far side', async () => {
  const [near, far] = channel();
  serve<TestMethods>(far, 'test', {
    load: () => new Promise(() => undefined),
  } as unknown as Handlers<TestMethods>);
  const terminate = vi.fn();
  const client = openRpcClient<TestMethods>(() => Object.assign(near, { terminate }), 'test');
  const call = caught(client.call('load', { modelId: 'a' }));
  client.close(new RunAnywhereError('disposed', { what: 'test' }));
  client.close(toRunAnywhereError(new Error('second'), 'test'));
  expect(isRunAnywhereError(await call, 'disposed')).toBe(true);
  expect(isRunAnywhereError(await caught(client.call('load', { modelId: 'b' })), 'disposed')).toBe(true);
  expect(terminate).toHaveBeenCalledOnce();
});
