import { expect, test } from 'vitest';
import { turnWaterfall } from './turn-timings.ts';

test('tells for each step when it was reached and how long it took', () => {
  const timings = {
    lastSpeechMs: 1000,
    endOfTurnMs: 1600,
    transcriptMs: 1750,
    firstTokenMs: 1800,
    firstAudioMs: 2100,
  };
  expect(turnWaterfall({ ...timings, replyEndMs: 2050, doneMs: 4000 })).toEqual([
    { step: 'end of turn', sinceStartMs: 600, stepMs: 600 },
    { step: 'transcript', sinceStartMs: 750, stepMs: 150 },
    { step: 'first token', sinceStartMs: 800, stepMs: 50 },
    { step: 'first audio', sinceStartMs: 1100, stepMs: 300 },
    { step: 'reply end', sinceStartMs: 1050, stepMs: -50 },
    { step: 'done', sinceStartMs: 3000, stepMs: 1950 },
  ]);
});

test('leaves out what did not happen, and is empty for a turn without a beginning', () => {
  expect(turnWaterfall({ endOfTurnMs: 10, firstTokenMs: 25 }).map(({ step }) => step)).toEqual([
    'end of turn',
    'first token',
  ]);
  expect(turnWaterfall({ doneMs: 5 })).toEqual([]);
});
