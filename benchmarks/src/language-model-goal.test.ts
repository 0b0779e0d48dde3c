import { expect, test } from 'vitest';
import type { Contestant, Reply } from './lab/contestants.ts';
import { reportLanguageModels } from './language-model-goal.mjs';

/** Six replies of one engine, each a little slower than the one before. */
function replies(firstTokenMs: number, decodeTokensPerSecond: number): Reply[] {
  return Array.from({ length: 6 }, (_, n) => ({
    firstTokenMs: firstTokenMs * (1 + n / 10),
    decodeTokensPerSecond: decodeTokensPerSecond / (1 + n / 10),
    promptTokens: 57,
    cachedTokens: 0,
    replyTokens: 40,
    text: '',
  }));
}

const short: Record<Contestant, Reply[]> = {
  kernel: replies(160, 150),
  'kernel-simd': replies(260, 120),
  'wllama-q4_1': replies(1700, 24),
  'wllama-q8_0': replies(1600, 20),
};

test('each figure is held against the faster of the two peers, pair by pair', () => {
  const ready = { kernel: [500, 500], 'kernel-simd': [510], 'wllama-q4_1': [900], 'wllama-q8_0': [950] };
  const { verdicts, tables } = reportLanguageModels(
    {
      short,
      long: { 200: short, 800: short },
      longRounds: 6,
      bounds: [30e9, 30e9, 30e9, 30e9, 30e9, 30e9],
      bytesPerToken: 100e6,
      coldMs: { kernel: 200 },
    },
    ready,
    { empty: 90e6, kernel: 350e6 },
  );
  const [decoding, first, loaded, share] = verdicts;
  expect(decoding?.what).toContain('Q4_1');
  expect(decoding?.value).toBeCloseTo(150 / 24);
  expect(first?.what).toContain('Q8_0');
  expect(first?.value).toBeCloseTo(0.1);
  expect(verdicts.map(({ met }) => met)).toEqual([true, true, true, false]);
  expect(loaded?.value).toBe(500);
  expect(share?.value).toBeCloseTo((150 / 1.2 + 150 / 1.3) / 2 / 300);
  for (const { columns, rows } of tables) for (const row of rows) expect(row).toHaveLength(columns.length);
  expect(tables[0]?.rows[0]?.at(-1)).toBe('350 MB');
});
