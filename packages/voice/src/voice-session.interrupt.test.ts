import { expect, test } from 'vitest';
import { makeSession, type SessionScripts, watch } from '../testing/make-session.ts';

const REPLY = 'The first sentence is here. The second sentence follows. The third one ends it.';
// 27, 28 and 22 characters, 60 ms each, one after the other.

async function listening(scripts: SessionScripts = {}) {
  const made = makeSession({ languageModel: { replies: [REPLY, 'Yes.'] }, ...scripts });
  void made.session.start();
  await made.clock.advance(10);
  return made;
}

test('speech stops a reply that is being heard; history keeps the sentences that were begun', async () => {
  const { session, clock, input, output, languageModel, eventsOf } = await listening({
    transcriber: { texts: ['Tell me.', 'Stop, what?'] },
  });
  input.say();
  await clock.advance(3000);
  expect(session.getSnapshot().state).toBe('speaking');
  input.speechStart();
  expect(session.getSnapshot().state).toBe('speaking');
  input.speechConfirmed();
  expect(session.getSnapshot().state).toBe('listening');
  expect(output.playedMs()).toBe(0);
  expect(eventsOf('speaking-end')).toMatchObject([{ turn: 1, stopped: true }]);
  expect(eventsOf('turn-end')).toMatchObject([{ turn: 1, outcome: 'interrupted' }]);
  expect(session.getSnapshot().messages[1]).toMatchObject({
    text: 'The first sentence is here. The second sentence follows.',
    status: 'interrupted',
  });
  await clock.advance(1000);
  input.speechEnd();
  await clock.advance(10_000);
  expect(languageModel.conversations[1]?.slice(-2)).toEqual([
    { role: 'assistant', content: 'The first sentence is here. The second sentence follows.' },
    { role: 'user', content: 'Stop, what?' },
  ]);
  expect(session.getSnapshot().messages.at(-1)).toMatchObject({ text: 'Yes.', status: 'complete' });
});

test('a click or cough does not interrupt', async () => {
  const { session, clock, input, eventsOf } = await listening();
  input.say();
  await clock.advance(3000);
  input.speechStart();
  input.events.emit('speech-misfire', { atMs: clock.now() });
  await clock.advance(10_000);
  expect(eventsOf('turn-end')).toMatchObject([{ outcome: 'done' }]);
  expect(session.getSnapshot().messages[1]?.text).toBe(REPLY);
});

test('speech before the reply can be heard takes it back, and both utterances become one question', async () => {
  const { session, clock, input, languageModel, eventsOf } = await listening({
    transcriber: { texts: ['What is the capital', 'of France?'] },
    languageModel: { replies: ['Of what?', 'Paris.'], firstTokenMs: 500 },
  });
  input.say();
  await clock.advance(300);
  expect(session.getSnapshot().state).toBe('thinking');
  input.speechStart();
  input.speechConfirmed();
  expect(session.getSnapshot().state).toBe('listening');
  await clock.advance(5000);
  input.speechEnd();
  await clock.advance(10_000);
  expect(session.getSnapshot().messages.map(({ text }) => text)).toEqual([
    'What is the capital of France?',
    'Paris.',
  ]);
  expect(languageModel.conversations.at(-1)?.at(-1)).toEqual({
    role: 'user',
    content: 'What is the capital of France?',
  });
  expect(eventsOf('turn-end')).toMatchObject([{ turn: 1, outcome: 'done' }]);
});

test('when the second utterance turns out to be nothing, the first is answered after all', async () => {
  const { session, clock, input, eventsOf } = await listening({
    transcriber: { texts: ['What is the time?', ''] },
    languageModel: { replies: ['Noon.'], firstTokenMs: 500 },
  });
  input.say();
  await clock.advance(300);
  input.say();
  await clock.advance(10_000);
  expect(session.getSnapshot().messages.map(({ text }) => text)).toEqual(['What is the time?', 'Noon.']);
  expect(eventsOf('turn-end')).toMatchObject([{ outcome: 'done' }]);
});

test('an utterance while the one before is being transcribed joins it', async () => {
  const { session, clock, input, languageModel } = await listening({
    transcriber: { texts: ['One', 'two.'], delayMs: 1000 },
  });
  input.say();
  await clock.advance(500);
  input.speechStart();
  input.speechConfirmed();
  await clock.advance(2000);
  expect(languageModel.conversations).toHaveLength(0);
  input.speechEnd();
  await clock.advance(10_000);
  expect(session.getSnapshot().messages[0]?.text).toBe('One two.');
  expect(languageModel.conversations).toHaveLength(1);
});

test('interruptible: false plays the reply to its end and does not answer what is said over it', async () => {
  const { session, clock, input, transcriber } = await listening({ options: { interruptible: false } });
  input.say();
  await clock.advance(3000);
  input.say();
  await clock.advance(10_000);
  expect(transcriber.clips).toHaveLength(1);
  expect(session.getSnapshot().messages).toMatchObject([{}, { text: REPLY, status: 'complete' }]);
  input.say();
  await clock.advance(10_000);
  expect(session.getSnapshot().messages).toHaveLength(4);
});

test('interrupt() stops what is heard and goes back to listening', async () => {
  const { session, clock, input, eventsOf } = await listening();
  input.say();
  await clock.advance(2000);
  session.interrupt();
  expect(session.getSnapshot().state).toBe('listening');
  expect(eventsOf('turn-end')).toMatchObject([{ outcome: 'interrupted' }]);
  session.interrupt();
  expect(eventsOf('turn-end')).toHaveLength(1);
});

test('interrupt() while thinking drops the reply; the next question is a message of its own', async () => {
  const { session, clock, input, languageModel } = await listening({
    transcriber: { texts: ['One?', 'Two?'] },
    languageModel: { replies: ['Answer.'], firstTokenMs: 500 },
  });
  input.say();
  await clock.advance(300);
  session.interrupt();
  expect(session.getSnapshot()).toMatchObject({ state: 'listening', messages: [{ text: 'One?' }] });
  await clock.advance(5000);
  input.say();
  await clock.advance(5000);
  expect(session.getSnapshot().messages.map(({ text }) => text)).toEqual(['One?', 'Two?', 'Answer.']);
  expect(languageModel.conversations.at(-1)?.at(-1)?.content).toBe('One? Two?');
});

test('a typed text stops a reply that is being heard, also one that speech may not interrupt', async () => {
  const { session, clock, input, eventsOf } = await listening({ options: { interruptible: false } });
  input.say();
  await clock.advance(2000);
  const sent = watch(session.sendText('And now?'));
  await clock.advance(10_000);
  expect(sent.state).toBe('resolved');
  expect(eventsOf('turn-end').map(({ outcome }) => outcome)).toEqual(['interrupted', 'done']);
  expect(session.getSnapshot().messages.at(-1)?.text).toBe('Yes.');
});

test('two texts typed in a row are answered together, and both calls resolve once', async () => {
  const { session, clock, languageModel } = makeSession({ languageModel: { firstTokenMs: 500 } });
  const first = watch(session.sendText('One.'));
  await clock.advance(100);
  const second = watch(session.sendText('Two.'));
  await clock.advance(10_000);
  expect([first, second]).toMatchObject([
    { state: 'resolved', settlements: 1 },
    { state: 'resolved', settlements: 1 },
  ]);
  expect(languageModel.conversations.at(-1)?.at(-1)?.content).toBe('One. Two.');
  expect(session.getSnapshot().messages.map(({ role }) => role)).toEqual(['user', 'user', 'assistant']);
});

test('a blank text does nothing', async () => {
  const { session } = makeSession();
  await session.sendText('  \n');
  await session.say('');
  expect(session.getSnapshot().messages).toEqual([]);
});

test('aborting sendText() ends its turn and rejects with the caller’s own reason', async () => {
  const { session, clock, eventsOf } = makeSession({ languageModel: { replies: [REPLY] } });
  const controller = new AbortController();
  const sent = watch(session.sendText('Hi.', { signal: controller.signal }));
  await clock.advance(1000);
  controller.abort('enough');
  await clock.advance(0);
  expect(sent).toMatchObject({ state: 'rejected', error: 'enough' });
  expect(eventsOf('turn-end')).toMatchObject([{ outcome: 'interrupted' }]);
  expect(session.getSnapshot()).toMatchObject({ state: 'idle', error: undefined });
  await clock.advance(10_000);
  expect(clock.pendingTimers).toBe(0);
});

test('aborting a sendText() whose turn is over stops nobody else’s', async () => {
  const { session, clock } = makeSession({ languageModel: { replies: [REPLY] } });
  const controller = new AbortController();
  const first = watch(session.sendText('One.', { signal: controller.signal }));
  await clock.advance(2000);
  const second = watch(session.sendText('Two.'));
  controller.abort('enough');
  await clock.advance(20_000);
  expect([first.settlements, second.state]).toEqual([1, 'resolved']);
  expect(session.getSnapshot().messages.at(-1)).toMatchObject({ role: 'assistant', status: 'complete' });
});

test('muting reaches the input and the snapshot, before and after start()', async () => {
  const { session, input, clock } = makeSession();
  session.mute();
  expect([input.isMuted, session.getSnapshot().muted]).toEqual([true, true]);
  void session.start();
  await clock.advance(10);
  session.unmute();
  expect([input.isMuted, session.getSnapshot().muted]).toEqual([false, false]);
});

test.each(['stop', 'interrupt'] as const)(
  '%s() right after the first sendText() leaves nothing running',
  async (method) => {
    const { session, clock, languageModel } = makeSession();
    const sent = watch(session.sendText('Hi.'));
    void session[method]();
    await clock.advance(10_000);
    expect(sent.state).toBe('resolved');
    expect(languageModel.conversations).toEqual([]);
    expect(session.getSnapshot()).toMatchObject({ state: 'idle', messages: [] });
  },
);

test('a text that is typed in the very moment in which a reply ends gets a turn of its own', async () => {
  for (let microtasks = 0; microtasks < 16; microtasks++) {
    const { session, clock, output, eventsOf } = makeSession();
    void session.sendText('One.');
    let second = watch(Promise.resolve());
    const stopListening = output.events.on('playback-end', async () => {
      stopListening();
      for (let passed = 0; passed < microtasks; passed++) await undefined;
      second = watch(session.sendText('Two.'));
    });
    await clock.advance(20_000);
    expect(second.state).toBe('resolved');
    expect(eventsOf('turn-end').map(({ turn }) => turn)).toEqual([1, 2]);
    expect(session.getSnapshot().messages.at(-1)).toMatchObject({ role: 'assistant', status: 'complete' });
    expect(clock.pendingTimers).toBe(0);
  }
});
