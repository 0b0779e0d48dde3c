import { expect, test } from 'vitest';
import { UtteranceBacklog } from './utterance-backlog.ts';

const utterance = (speechMs: number, value = 0.5) => ({
  clip: { samples: new Float32Array(speechMs * 16).fill(value), sampleRateHz: 16_000, startMs: 100 },
  lastSpeechMs: 100 + speechMs,
  endOfTurnMs: 700 + speechMs,
});

test('gives back what was said in order, with its moments, to 16 bits', () => {
  const backlog = new UtteranceBacklog(10_000);
  const samples = new Float32Array([0, 0.25, -0.25, 1, -1, 2, -2]);
  backlog.push({ ...utterance(0), clip: { samples, sampleRateHz: 16_000, startMs: 5 } });
  backlog.push(utterance(2000));
  expect(backlog.length).toBe(2);
  expect(backlog.keptMs).toBeCloseTo(2000.4, 1);

  const first = backlog.shift();
  expect(first?.clip).toMatchObject({ sampleRateHz: 16_000, startMs: 5 });
  const wanted = [0, 0.25, -0.25, 1, -1, 1, -1];
  for (const [index, sample] of wanted.entries()) expect(first?.clip.samples[index]).toBeCloseTo(sample, 4);
  expect(backlog.shift()).toMatchObject({ lastSpeechMs: 2100, endOfTurnMs: 2700 });
  expect(backlog.shift()).toBeUndefined();
  expect(backlog.keptMs).toBe(0);
});

test('keeps no more than its bound and tells how much was lost', () => {
  const backlog = new UtteranceBacklog(3000);
  expect(backlog.push(utterance(2000))).toBe(0);
  expect(backlog.push(utterance(2500))).toBe(1500);
  expect(backlog.push(utterance(1000))).toBe(1000);
  expect(backlog.keptMs).toBe(3000);
  expect(backlog.length).toBe(2);
  backlog.shift();
  expect(backlog.shift()?.clip.samples).toHaveLength(16_000);
});

test('a bound of 0 keeps nothing', () => {
  const backlog = new UtteranceBacklog(0);
  expect(backlog.push(utterance(500))).toBe(500);
  expect(backlog.length).toBe(0);
});
