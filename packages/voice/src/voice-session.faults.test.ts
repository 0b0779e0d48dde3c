import {
  type GenerateEvent,
  isRunAnywhereError,
  RunAnywhereError,
  type TranscriptEvent,
} from '@runanywhere/core';
import { expect, test } from 'vitest';
import { makeSession, type TestSession, watch } from '../testing/make-session.ts';

async function listening(...scripts: Parameters<typeof makeSession>): Promise<TestSession> {
  const made = makeSession(...scripts);
  void made.session.start();
  await made.clock.advance(10);
  return made;
}

/** The session hears and answers as if nothing had been. */
async function expectNotDeaf({ session, clock, input, eventsOf }: TestSession): Promise<void> {
  expect(session.getSnapshot().state).toBe('listening');
  const before = eventsOf('turn-end').length;
  input.say();
  await clock.advance(20_000);
  expect(eventsOf('turn-end').slice(before)).toMatchObject([{ outcome: 'done' }]);
  expect(session.getSnapshot()).toMatchObject({
    state: 'listening',
    messages: { length: expect.any(Number) },
  });
  expect(session.getSnapshot().messages.at(-1)).toMatchObject({ role: 'assistant', status: 'complete' });
}

/** Gives its items once, then hangs for good; later calls go to `then`. */
function hangOnce<T>(items: readonly T[], then: (...args: never[]) => AsyncIterable<T>) {
  let hung = false;
  return (...args: never[]): AsyncIterable<T> => {
    if (hung) return then(...args);
    hung = true;
    return (async function* () {
      yield* items;
      await new Promise(() => undefined);
    })();
  };
}

test('a blank transcript goes back to listening without a turn', async () => {
  const made = await listening({ transcriber: { texts: (_clip, call) => (call === 0 ? '  ' : 'Hello.') } });
  made.input.say();
  await made.clock.advance(1000);
  expect(made.session.getSnapshot()).toMatchObject({ state: 'listening', messages: [], error: undefined });
  expect(made.eventsOf('turn-end')).toEqual([]);
  await expectNotDeaf(made);
});

test('a cancelled request goes back to listening', async () => {
  const made = await listening({ languageModel: { firstTokenMs: 500 } });
  const controller = new AbortController();
  const sent = watch(made.session.sendText('Hi.', { signal: controller.signal }));
  await made.clock.advance(100);
  controller.abort();
  await made.clock.advance(0);
  expect(sent.state).toBe('rejected');
  await expectNotDeaf(made);
});

test('interrupting a transcription goes back to listening', async () => {
  const made = await listening();
  made.input.say();
  await made.clock.advance(50);
  expect(made.session.getSnapshot().state).toBe('thinking');
  made.session.interrupt();
  await expectNotDeaf(made);
});

test('a transcription that is never closed goes back to listening after the time-out', async () => {
  const made = await listening({ options: { stallTimeoutMs: 5000 } });
  const { transcriber } = made;
  const real = transcriber.transcribe.bind(transcriber);
  transcriber.transcribe = hangOnce<TranscriptEvent>([], real as never);
  made.input.say();
  await made.clock.advance(4990);
  expect(made.session.getSnapshot().state).toBe('thinking');
  await made.clock.advance(20);
  expect(isRunAnywhereError(made.session.getSnapshot().error, 'timeout')).toBe(true);
  await expectNotDeaf(made);
});

test('a transcription that has said its last word needs no closing', async () => {
  const made = await listening();
  const { transcriber } = made;
  transcriber.transcribe = hangOnce<TranscriptEvent>(
    [{ type: 'transcript-end', text: 'Hello there.', inferenceMs: 1 }],
    transcriber.transcribe.bind(transcriber) as never,
  );
  made.input.say();
  await made.clock.advance(5000);
  expect(made.session.getSnapshot().messages[0]?.text).toBe('Hello there.');
  await expectNotDeaf(made);
});

test('interim transcripts are told before the settled one', async () => {
  const made = await listening();
  made.transcriber.transcribe = async function* () {
    yield { type: 'transcript-delta', text: 'Hel' };
    yield { type: 'transcript-end', text: 'Hello.', inferenceMs: 1 };
  };
  made.input.say();
  await made.clock.advance(100);
  expect(made.eventsOf('transcript')).toEqual([
    { turn: 1, text: 'Hel', settled: false },
    { turn: 1, text: 'Hello.', settled: true },
  ]);
});

test('a reply that is never closed goes back to listening after the time-out, and keeps what was heard', async () => {
  const made = await listening({ options: { stallTimeoutMs: 5000 } });
  const { languageModel } = made;
  languageModel.generate = hangOnce<GenerateEvent>(
    [{ type: 'reply-delta', text: 'It is noon. And' }],
    languageModel.generate.bind(languageModel) as never,
  );
  made.input.say();
  await made.clock.advance(10_000);
  expect(made.eventsOf('turn-end')).toMatchObject([{ outcome: 'failed' }]);
  expect(made.session.getSnapshot().messages[1]).toMatchObject({
    text: 'It is noon.',
    status: 'interrupted',
  });
  await expectNotDeaf(made);
});

test('a reply that ends without its last event is a whole reply', async () => {
  const made = await listening();
  const { languageModel } = made;
  const real = languageModel.generate.bind(languageModel);
  languageModel.generate = async function* () {
    languageModel.generate = real;
    yield { type: 'reply-delta', text: 'It is noon.' };
  };
  made.input.say();
  await made.clock.advance(5000);
  expect(made.session.getSnapshot().messages[1]).toMatchObject({ text: 'It is noon.', status: 'complete' });
  await expectNotDeaf(made);
});

test('an empty reply ends the turn without a message', async () => {
  const made = await listening({
    languageModel: { replies: (_messages, call) => (call === 0 ? '' : 'Yes.') },
  });
  made.input.say();
  await made.clock.advance(5000);
  expect(made.session.getSnapshot().messages).toMatchObject([{ role: 'user' }]);
  expect(made.eventsOf('turn-end')).toMatchObject([{ outcome: 'done' }]);
  await expectNotDeaf(made);
});

test('a transcriber that crashes loses one utterance, and is loaded again for the next', async () => {
  const made = await listening();
  const { transcriber } = made;
  const real = transcriber.transcribe.bind(transcriber);
  let loads = 0;
  const load = transcriber.load.bind(transcriber);
  transcriber.load = (options) => {
    loads++;
    return load(options);
  };
  transcriber.transcribe = () => {
    transcriber.transcribe = real;
    throw new RunAnywhereError('worker-crashed', { worker: 'transcription' });
  };
  made.input.say();
  await made.clock.advance(1000);
  expect(made.session.getSnapshot()).toMatchObject({ state: 'listening', error: { code: 'worker-crashed' } });
  await expectNotDeaf(made);
  expect(loads).toBe(2);
});

test('when only the voice fails, the text still comes to its end', async () => {
  const made = await listening({ languageModel: { replies: ['One here. Two here. Three here.'] } });
  const { synthesizer } = made;
  const real = synthesizer.synthesize.bind(synthesizer);
  synthesizer.synthesize = () => {
    synthesizer.synthesize = real;
    throw new RunAnywhereError('worker-crashed', { worker: 'speech' });
  };
  made.input.say();
  await made.clock.advance(5000);
  expect(made.session.getSnapshot()).toMatchObject({ error: { code: 'worker-crashed' } });
  expect(made.session.getSnapshot().messages[1]).toMatchObject({
    text: 'One here. Two here. Three here.',
    status: 'complete',
  });
  expect(made.eventsOf('turn-end')).toMatchObject([{ outcome: 'failed' }]);
  await expectNotDeaf(made);
});

test('a typed turn that fails rejects its call with the error that is shown', async () => {
  const { session, clock, languageModel } = makeSession();
  languageModel.generate = () => {
    throw new TypeError('secret words');
  };
  const sent = watch(session.sendText('Hi.'));
  await clock.advance(1000);
  expect(isRunAnywhereError(sent.error, 'engine-failed')).toBe(true);
  expect(sent.error).toBe(session.getSnapshot().error);
  expect(session.getSnapshot().error?.message).not.toContain('secret');
});

test('an output that never plays fails the turn and not the session', async () => {
  const made = await listening({ options: { stallTimeoutMs: 5000 } });
  const { output } = made;
  const real = output.enqueue.bind(output);
  output.enqueue = () => undefined;
  made.input.say();
  await made.clock.advance(10_000);
  expect(made.eventsOf('turn-end')).toMatchObject([{ outcome: 'failed' }]);
  output.enqueue = real;
  await expectNotDeaf(made);
});

test('an input that fails to close can still be stopped and started', async () => {
  const { session, clock, input } = await listening();
  input.close = () => Promise.reject(new Error('stuck'));
  const stopped = watch(session.stop());
  await clock.advance(10);
  expect(stopped.state).toBe('resolved');
  await session.start();
  expect(session.getSnapshot().state).toBe('listening');
});
