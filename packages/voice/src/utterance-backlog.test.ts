import { expect, test } from 'vitest';
import { UtteranceBacklog } from './utterance-backlog.ts';

const utterance = (speechMs: number, startMs = 100) => ({
  clip: { samples: new Float32Array(speechMs * 16).fill(0.5), sampleRateHz: 16_000, startMs },
  lastSpeechMs: startMs + speechMs,
  endOfTurnMs: startMs + 600 + speechMs,
});

test('gives back what was said in order, with its moments, to 16 bits', () => {
  const backlog = new UtteranceBacklog(10_000);
  const samples = new Float32Array([0, 0.25, -0.25, 1, -1, 2, -2]);
  backlog.push({ ...utterance(0), clip: { samples, sampleRateHz: 16_000, startMs: 5 } });
  backlog.push(utterance(2000, 10_000));
  expect(backlog.length).toBe(2);
  expect(backlog.keptMs).toBeCloseTo(2000.4, 1);

  const first = backlog.shift();
  expect(first?.clip).toMatchObject({ sampleRateHz: 16_000, startMs: 5 });
  const wanted = [0, 0.25, -0.25, 1, -1, 1, -1];
  for (const [index, sample] of wanted.entries()) expect(first?.clip.samples[index]).toBeCloseTo(sample, 4);
  expect(backlog.shift()).toMatchObject({ lastSpeechMs: 12_000, endOfTurnMs: 12_600 });
  expect(backlog.shift()).toBeUndefined();
  expect(backlog.keptMs).toBe(0);
});

test('keeps no more than its bound and tells how much was lost', () => {
  const backlog = new UtteranceBacklog(3000);
  expect(backlog.push(utterance(2000))).toBe(0);
  expect(backlog.push(utterance(2500, 10_000))).toBe(1500);
  expect(backlog.push(utterance(1000, 20_000))).toBe(1000);
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

test('joins what was said in one go, with its pauses shortened', () => {
  const backlog = new UtteranceBacklog(60_000);
  backlog.push(utterance(1000, 0));
  backlog.push(utterance(1000, 1200)); // 200 ms later
  backlog.push(utterance(1000, 4200)); // 2,000 ms later
  backlog.push(utterance(1000, 9000)); // 3,800 ms later: another sentence
  const joined = backlog.shift();
  expect(joined?.clip.samples).toHaveLength((1000 + 200 + 1000 + 500 + 1000) * 16);
  expect([...(joined?.clip.samples.subarray(15_999, 16_001) ?? [])]).toEqual([expect.closeTo(0.5, 3), 0]);
  expect(joined).toMatchObject({ clip: { startMs: 0 }, lastSpeechMs: 5200, endOfTurnMs: 5800 });
  expect(backlog.keptMs).toBe(1000);
  expect(backlog.shift()?.clip.startMs).toBe(9000);
  expect(backlog.keptMs).toBe(0);
});

test('joins no more than a transcriber takes in one piece, and never cuts an utterance', () => {
  const backlog = new UtteranceBacklog(300_000);
  for (const startMs of [0, 9000, 18_000]) backlog.push(utterance(9000, startMs));
  backlog.push(utterance(25_000, 27_000));
  const lengths = [backlog.shift(), backlog.shift(), backlog.shift()].map(
    (one) => (one?.clip.samples.length ?? 0) / 16,
  );
  expect(lengths).toEqual([18_000, 9000, 25_000]);
});
