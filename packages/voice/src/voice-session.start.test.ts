import { isRunAnywhereError, RunAnywhereError } from '@runanywhere/core';
import { expect, test } from 'vitest';
import { makeSession, watch } from '../testing/make-session.ts';

const LOADING = {
  transcriber: { loadMs: 90_000 },
  languageModel: { loadMs: 60_000 },
  synthesizer: { loadMs: 30_000 },
};

test('the microphone opens first; what is said while models load is answered as one turn when they are ready', async () => {
  const { session, clock, input, transcriber, eventsOf } = makeSession({
    ...LOADING,
    transcriber: { loadMs: 90_000, texts: ['What is', 'the capital', 'of France?'] },
    languageModel: { loadMs: 60_000, replies: ['Paris.'] },
  });
  const started = watch(session.start());
  await clock.advance(100);
  expect(started.state).toBe('pending');
  expect(session.getSnapshot()).toMatchObject({
    state: 'listening',
    microphone: 'open',
    loading: { loadedBytes: 0 },
  });
  for (const seconds of [1, 20, 60]) {
    await clock.advance(seconds * 1000);
    input.say(3000);
    expect(session.getSnapshot().state).toBe('listening');
  }
  await clock.advance(60_000);
  expect(started.state).toBe('resolved');
  expect(session.getSnapshot()).toMatchObject({
    loading: undefined,
    state: 'listening',
    messages: [
      { role: 'user', text: 'What is the capital of France?' },
      { role: 'assistant', text: 'Paris.', status: 'complete' },
    ],
  });
  expect(transcriber.clips.map(({ samples }) => samples.length)).toEqual([48_000, 48_000, 48_000]);
  expect(eventsOf('turn-end')).toHaveLength(1);
});

test('what is said beyond the bound is lost with a notice that says how many seconds', async () => {
  const { session, clock, input, eventsOf } = makeSession({ ...LOADING, options: { maxKeptSpeechMs: 5000 } });
  void session.start();
  await clock.advance(100);
  input.say(4000);
  input.say(3500);
  expect(eventsOf('notice')).toMatchObject([{ code: 'speech-lost', lostMs: 2500 }]);
  expect(session.getSnapshot().notice?.message).toContain('2.5 s');
  for (let n = 0; n < 100; n += 1) input.events.emit('speech-lost', { lostMs: 10 });
  // A second in a hundred bits is one notice, of the sum.
  expect(eventsOf('notice').slice(1)).toMatchObject([{ code: 'speech-lost', lostMs: 3000 }]);
});

test('a microphone that gives nothing but zeros is noticed, and the session goes on listening', async () => {
  const { session, clock, input, eventsOf } = makeSession();
  void session.start();
  await clock.advance(10);
  input.events.emit('microphone-silent', { atMs: clock.now(), silentMs: 10_000 });
  expect(eventsOf('notice')).toMatchObject([{ code: 'mic-silent', silentMs: 10_000 }]);
  expect(session.getSnapshot()).toMatchObject({ state: 'listening', notice: { code: 'mic-silent' } });
});

test('loading is monotone, and gone when all is there', async () => {
  const { session, clock } = makeSession(LOADING);
  const seen: { loadedBytes: number; totalBytes: number }[] = [];
  session.subscribe(() => {
    const { loading } = session.getSnapshot();
    if (loading) seen.push(loading);
  });
  const loaded = watch(session.load());
  await clock.advance(100_000);
  expect(loaded.state).toBe('resolved');
  expect(seen.at(-1)).toMatchObject({ loadedBytes: 300, totalBytes: 300, files: [{}, {}, {}] });
  for (const [index, progress] of seen.entries()) {
    expect(progress.loadedBytes).toBeGreaterThanOrEqual(seen[index - 1]?.loadedBytes ?? 0);
    expect(progress.totalBytes).toBeGreaterThanOrEqual(seen[index - 1]?.totalBytes ?? 0);
  }
  expect(session.getSnapshot()).toMatchObject({ loading: undefined, microphone: 'closed', state: 'idle' });
});

test('starting twice is free', async () => {
  const { session, clock, input, transcriber } = makeSession(LOADING);
  let opened = 0;
  const open = input.open.bind(input);
  input.open = () => {
    opened++;
    return open();
  };
  const [first, second] = [watch(session.start()), watch(session.start())];
  await clock.advance(100_000);
  expect([first.state, second.state]).toEqual(['resolved', 'resolved']);
  await session.start();
  expect(opened).toBe(1);
  expect(transcriber.loads).toBe(1);
});

test('a refused microphone rejects at once, typing goes on working, and start() tries again', async () => {
  const refusals = [new RunAnywhereError('mic-denied', { permission: 'denied' })];
  const { session, clock, transcriber, eventsOf } = makeSession({
    ...LOADING,
    input: { failOpen: () => refusals.shift() },
    languageModel: { loadMs: 60_000, replies: ['Hello there.'] },
  });
  const started = watch(session.start());
  await clock.advance(10);
  expect(isRunAnywhereError(started.error, 'mic-denied')).toBe(true);
  expect(session.getSnapshot()).toMatchObject({
    state: 'failed',
    microphone: 'closed',
    error: { code: 'mic-denied' },
  });
  expect(eventsOf('error')).toHaveLength(1);
  // The models go on loading, for typing.
  expect(session.getSnapshot().loading).toBeDefined();

  const sent = watch(session.sendText('Hi.'));
  expect(session.getSnapshot()).toMatchObject({ state: 'thinking', error: undefined });
  await clock.advance(65_000);
  expect(sent.state).toBe('resolved');
  expect(session.getSnapshot().messages[1]).toMatchObject({ text: 'Hello there.', status: 'complete' });
  expect(session.getSnapshot().state).toBe('idle');

  const again = watch(session.start());
  await clock.advance(100_000);
  expect(again.state).toBe('resolved');
  expect(session.getSnapshot()).toMatchObject({ state: 'listening', error: undefined });
  expect(transcriber.loads).toBe(1);
});

test('typing needs neither microphone nor transcriber', async () => {
  const { session, clock, transcriber, input, languageModel, synthesizer } = makeSession();
  void session.sendText('Hi.');
  await clock.advance(5000);
  expect([languageModel.loads, synthesizer.loads, transcriber.loads]).toEqual([1, 1, 0]);
  expect(input.isOpen).toBe(false);
  expect(session.getSnapshot()).toMatchObject({ state: 'idle', lastTurn: { outcome: 'done' } });
});

test('a model that cannot be loaded closes the microphone, and the session can be started again', async () => {
  const failures = [
    new RunAnywhereError('model-missing', { modelId: 'm', file: 'f', location: '/models/m/f' }),
  ];
  const { session, clock, input, eventsOf } = makeSession({
    transcriber: { loadMs: 500, failLoad: () => failures.shift() },
  });
  const started = watch(session.start());
  await clock.advance(100);
  input.say();
  await clock.advance(1000);
  expect(isRunAnywhereError(started.error, 'model-missing')).toBe(true);
  expect(eventsOf('error')).toHaveLength(1);
  expect(session.getSnapshot()).toMatchObject({ state: 'failed', microphone: 'closed', loading: undefined });
  expect(input.isOpen).toBe(false);
  const again = watch(session.start());
  await clock.advance(1000);
  expect(again.state).toBe('resolved');
  expect(session.getSnapshot().state).toBe('listening');
});

test('an output that is blocked rejects start', async () => {
  const { session, clock, output, input } = makeSession();
  const open = output.open.bind(output);
  output.open = async () => {
    output.open = open;
    throw new RunAnywhereError('audio-blocked', {});
  };
  const started = watch(session.start());
  await clock.advance(10);
  expect(isRunAnywhereError(started.error, 'audio-blocked')).toBe(true);
  expect(input.isOpen).toBe(false);
  await session.start();
  expect(session.getSnapshot().state).toBe('listening');
});

test('stop() during start() rejects it with an AbortError and leaves nothing running', async () => {
  const { session, clock, input, transcriber } = makeSession(LOADING);
  const started = watch(session.start());
  await clock.advance(100);
  input.say();
  const stopped = watch(session.stop());
  await clock.advance(10);
  expect(started).toMatchObject({ state: 'rejected', error: { name: 'AbortError' } });
  expect(stopped.state).toBe('resolved');
  expect(session.getSnapshot()).toMatchObject({
    state: 'idle',
    microphone: 'closed',
    loading: undefined,
    error: undefined,
  });
  expect(input.isOpen).toBe(false);
  expect(clock.pendingTimers).toBe(0);
  const again = watch(session.start());
  await clock.advance(100_000);
  expect(again.state).toBe('resolved');
  expect(transcriber.clips).toHaveLength(0);
});

test('aborting start() rejects it with the caller’s own reason and is no failure', async () => {
  const { session, clock, input } = makeSession(LOADING);
  const controller = new AbortController();
  const started = watch(session.start({ signal: controller.signal }));
  await clock.advance(100);
  controller.abort('enough');
  await clock.advance(10);
  expect(started).toMatchObject({ state: 'rejected', error: 'enough' });
  expect(session.getSnapshot()).toMatchObject({ state: 'idle', microphone: 'closed', error: undefined });
  expect(input.isOpen).toBe(false);
  expect(clock.pendingTimers).toBe(0);
});

test('the greeting is spoken once, and not when the person was faster', async () => {
  const greeted = makeSession({ options: { greeting: 'Hello, I am listening.' } });
  void greeted.session.start();
  await greeted.clock.advance(10_000);
  expect(greeted.synthesizer.texts).toEqual(['Hello, I am listening.']);
  await greeted.session.stop();
  void greeted.session.start();
  await greeted.clock.advance(10_000);
  expect(greeted.synthesizer.texts).toHaveLength(1);

  const faster = makeSession({ ...LOADING, options: { greeting: 'Hello.' } });
  void faster.session.start();
  await faster.clock.advance(100);
  faster.input.say();
  await faster.clock.advance(200_000);
  expect(faster.session.getSnapshot().messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
});

test('a microphone that goes away is told, a reply goes on, and start() opens it again', async () => {
  const { session, clock, input, eventsOf } = makeSession({
    languageModel: { replies: ['This is a reply that takes some seconds to be spoken.'] },
  });
  void session.start();
  await clock.advance(10);
  input.say();
  await clock.advance(2000);
  expect(session.getSnapshot().state).toBe('speaking');
  input.events.emit('error', new RunAnywhereError('mic-lost', {}));
  await clock.advance(10);
  expect(session.getSnapshot()).toMatchObject({
    state: 'speaking',
    microphone: 'closed',
    error: { code: 'mic-lost' },
  });
  await clock.advance(10_000);
  expect(eventsOf('turn-end')).toMatchObject([{ outcome: 'done' }]);
  expect(session.getSnapshot().state).toBe('failed');
  await session.start();
  expect(session.getSnapshot()).toMatchObject({ state: 'listening', error: undefined });
});

test('an utterance that the loss of the microphone cuts short is still answered', async () => {
  const { session, clock, input, eventsOf } = makeSession({ transcriber: { texts: ['What is'] } });
  void session.start();
  await clock.advance(10);
  input.speechStart();
  input.speechConfirmed();
  input.close = async () => input.speechEnd();
  input.events.emit('error', new RunAnywhereError('mic-lost', {}));
  await clock.advance(10_000);
  expect(eventsOf('turn-end')).toMatchObject([{ outcome: 'done' }]);
  expect(session.getSnapshot().messages[0]?.text).toBe('What is');
});

test('after dispose() everything rejects with "disposed", and the parts are disposed of', async () => {
  const { session, clock, input, output, transcriber, languageModel, synthesizer } = makeSession(LOADING);
  const started = watch(session.start());
  await clock.advance(100);
  const disposed = watch(session.dispose());
  void session.dispose();
  await clock.advance(100_000);
  expect(disposed.state).toBe('resolved');
  expect(isRunAnywhereError(started.error, 'disposed')).toBe(true);
  expect([input.isDisposed, output.isDisposed]).toEqual([true, true]);
  // What never finished loading has nothing to free.
  expect([transcriber, languageModel, synthesizer].map(({ loads }) => loads)).toEqual([1, 1, 1]);
  for (const call of [session.start(), session.load(), session.sendText('Hi.'), session.say('Hi.')]) {
    await expect(call).rejects.toMatchObject({ code: 'disposed' });
  }
  session.interrupt();
  session.mute();
  await session.stop();
  expect(session.getSnapshot().state).toBe('idle');
});

test.runIf(typeof Symbol.asyncDispose === 'symbol')('is disposable with the platform’s symbol', async () => {
  const { session, input } = makeSession();
  await session[Symbol.asyncDispose]();
  expect(input.isDisposed).toBe(true);
});
