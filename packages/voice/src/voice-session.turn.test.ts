import { expect, test } from 'vitest';
import { makeSession, watch } from '../testing/make-session.ts';
import { turnWaterfall } from './index.ts';

test('a spoken question is answered aloud, and the turn has all its moments', async () => {
  const { session, clock, input, eventsOf, output, languageModel } = makeSession({
    transcriber: { texts: ['What is the capital of France?'] },
    languageModel: { replies: ['It is Paris. The city lies on the Seine.'] },
  });
  const started = watch(session.start());
  await clock.advance(10);
  expect(started.state).toBe('resolved');
  expect(session.getSnapshot()).toMatchObject({ state: 'listening', microphone: 'open', loading: undefined });
  expect(output.isOpen).toBe(true);

  await clock.advance(2000);
  input.say();
  await clock.advance(0);
  expect(session.getSnapshot().state).toBe('thinking');
  await clock.advance(10_000);

  expect(session.getSnapshot()).toMatchObject({
    state: 'listening',
    error: undefined,
    messages: [
      { role: 'user', text: 'What is the capital of France?', status: 'complete' },
      { role: 'assistant', text: 'It is Paris. The city lies on the Seine.', status: 'complete' },
    ],
  });
  expect(eventsOf('state').map(({ state }) => state)).toEqual([
    'listening',
    'thinking',
    'speaking',
    'listening',
  ]);
  expect(languageModel.conversations[0]?.map(({ role }) => role)).toEqual(['system', 'user']);
  const [turn] = eventsOf('turn-end');
  expect(turn).toMatchObject({ turn: 1, outcome: 'done' });
  expect(session.getSnapshot().lastTurn).toBe(turn);
  const rows = turnWaterfall(turn?.timings ?? {});
  // Two sentences of 12 and 27 characters, 60 ms each.
  expect(rows.map(({ step, sinceStartMs }) => [step, sinceStartMs])).toEqual([
    ['end of turn', 600],
    ['transcript', 700],
    ['first token', 750],
    ['first audio', 1000],
    ['reply end', 1150],
    ['done', 1000 + 12 * 60 + 27 * 60],
  ]);
});

test('the voice loads while the language model still does', async () => {
  const { session, clock, synthesizer } = makeSession({ languageModel: { loadMs: 5000 } });
  void session.sendText('Hello.');
  await clock.advance(100);
  expect(synthesizer.loads).toBe(1);
  await session.dispose();
});

test('speech starts before the language model’s last token, and one stretch is made while the other plays', async () => {
  const { session, clock, names, synthesizer, eventsOf } = makeSession({
    languageModel: { replies: ['First sentence here. Second sentence here. Third one.'], tokenMs: 200 },
  });
  void session.sendText('Go on.');
  await clock.advance(20_000);
  const order = names();
  expect(order.indexOf('speaking-start')).toBeLessThan(order.lastIndexOf('reply-delta'));
  expect(order.lastIndexOf('reply-delta')).toBeLessThan(order.indexOf('reply-end'));
  expect(synthesizer.texts).toEqual(['First sentence here.', 'Second sentence here.', 'Third one.']);
  const text = eventsOf('reply-delta')
    .map(({ text }) => text)
    .join('');
  expect(text).toBe('First sentence here. Second sentence here. Third one.');
  expect(eventsOf('reply-end')).toMatchObject([{ turn: 1, text, usage: { replyTokens: 8 } }]);
});

test('synthesis rests while enough sound waits, so that an interruption wastes little', async () => {
  const sentence = 'This is a sentence of about five seconds, which is rather long to listen to.';
  const { session, clock, synthesizer } = makeSession({
    languageModel: { replies: [Array(8).fill(sentence).join(' ')], tokenMs: 0, firstTokenMs: 0 },
  });
  void session.sendText('Go on.');
  await clock.advance(3000);
  expect(synthesizer.texts.length).toBeLessThanOrEqual(3);
  await clock.advance(60_000);
  expect(synthesizer.texts.join(' ')).toBe(Array(8).fill(sentence).join(' '));
});

test('the history grows from turn to turn', async () => {
  const { session, clock, input, languageModel } = makeSession({
    transcriber: { texts: ['One?', 'Two?'] },
    languageModel: { replies: ['Answer one.', 'Answer two.'] },
  });
  void session.start();
  await clock.advance(10);
  input.say();
  await clock.advance(5000);
  input.say();
  await clock.advance(5000);
  expect(languageModel.conversations[1]?.slice(1)).toEqual([
    { role: 'user', content: 'One?' },
    { role: 'assistant', content: 'Answer one.' },
    { role: 'user', content: 'Two?' },
  ]);
  expect(session.getSnapshot().messages.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
});

test('the system prompt is warmed once the language model is loaded, and a turn does not wait for it', async () => {
  const { session, clock, languageModel, eventsOf } = makeSession({
    languageModel: { firstTokenMs: 5000, loadMs: 100 },
    options: { systemPrompt: 'Be kind.' },
  });
  void session.start();
  await clock.advance(200);
  expect(languageModel.warmed).toEqual([[{ role: 'system', content: 'Be kind.' }]]);
  void session.sendText('Hi.');
  await clock.advance(5000);
  // 5 s for its own first token; had it waited for the warm-up, there would be none yet.
  expect(eventsOf('reply-delta').length).toBeGreaterThan(0);
});

test('a long conversation is shortened for the model with a notice, and not on the screen', async () => {
  const { session, clock, languageModel, eventsOf } = makeSession({
    languageModel: { replies: ['An answer of seven words, no more.'], contextTokens: 60 },
    options: { maxReplyTokens: 20, systemPrompt: 'Be kind.' },
  });
  for (let turn = 0; turn < 6; turn++) {
    void session.sendText('A question of six words, please.');
    await clock.advance(10_000);
  }
  expect(session.getSnapshot().messages).toHaveLength(12);
  expect(eventsOf('turn-end').every(({ outcome }) => outcome === 'done')).toBe(true);
  expect(eventsOf('notice')[0]).toMatchObject({ code: 'history-shortened', droppedMessages: 4 });
  const lengths = languageModel.conversations.map((messages) =>
    messages.reduce((words, { content }) => words + content.split(' ').length, 0),
  );
  expect(Math.max(...lengths)).toBeLessThanOrEqual(40);
  expect(languageModel.conversations.at(-1)?.[0]?.role).toBe('system');
});

test('say() speaks without the language model and takes the place of what is being answered', async () => {
  const { session, clock, languageModel, synthesizer, eventsOf } = makeSession({
    languageModel: { firstTokenMs: 3000 },
  });
  const asked = watch(session.sendText('Hi.'));
  await clock.advance(1000);
  const said = watch(session.say('Good morning. How are you?'));
  await clock.advance(10_000);
  expect(asked.state).toBe('resolved');
  expect(said.state).toBe('resolved');
  expect(synthesizer.texts).toEqual(['Good morning.', 'How are you?']);
  expect(languageModel.conversations).toHaveLength(1);
  expect(eventsOf('turn-end').map(({ outcome }) => outcome)).toEqual(['cancelled', 'done']);
  expect(session.getSnapshot().messages.map(({ role, text }) => [role, text])).toEqual([
    ['user', 'Hi.'],
    ['assistant', 'Good morning. How are you?'],
  ]);
});

test('telemetry has one begin and one end for each stage, and nothing of what was said', async () => {
  const secret = 'swordfish';
  const { session, clock, input, telemetry } = makeSession({
    transcriber: { texts: [secret] },
    languageModel: { replies: [`${secret} one. ${secret} two.`] },
  });
  void session.start();
  await clock.advance(2000);
  input.say();
  await clock.advance(10_000);
  await session.stop();
  const open = new Map<string, number>();
  for (const { type, stage, turn } of telemetry.events) {
    open.set(stage, (open.get(stage) ?? 0) + (type === 'stage-start' ? 1 : -1));
    expect(open.get(stage)).toBeGreaterThanOrEqual(0);
    expect(turn).toBe(stage === 'capture' ? 0 : 1);
  }
  expect([...open.keys()].sort()).toEqual([
    'capture',
    'end-of-turn',
    'language',
    'playback',
    'speech',
    'transcription',
    'voice-activity',
  ]);
  expect([...open.values()].every((count) => count === 0)).toBe(true);
  const ends = telemetry.events.filter(({ type }) => type === 'stage-end');
  expect(ends.every(({ outcome }) => outcome === 'done')).toBe(true);
  expect(JSON.stringify(telemetry.events)).not.toContain(secret);
  expect(telemetry.events.find(({ stage }) => stage === 'language')?.modelId).toBe('language-model');
});

test('the snapshot is a new object with each change and the same one in between', async () => {
  const { session, clock } = makeSession();
  const seen: unknown[] = [];
  const stop = session.subscribe(() => seen.push(session.getSnapshot()));
  expect(session.getSnapshot()).toBe(session.getSnapshot());
  void session.sendText('Hi.');
  await clock.advance(10_000);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBeGreaterThan(4);
  expect(Object.isFrozen(session.getSnapshot())).toBe(true);
  const { length } = seen;
  stop();
  session.mute();
  expect(seen).toHaveLength(length);
});
