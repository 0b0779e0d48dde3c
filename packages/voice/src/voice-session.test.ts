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
  expect(rows.map(({ step, sinceStartMs }) => [step, sinceStartMs])).toEqual([
    ['end of turn', 600],
    ['transcript', 700],
    ['first token', 750],
    ['first audio', 1000],
    ['reply end', 1150],
    ['done', expect.any(Number)],
  ]);
});
