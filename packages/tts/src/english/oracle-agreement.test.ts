import { describe, expect, test } from 'vitest';
import oracle from '../../fixtures/oracle.json' with { type: 'json' };
import phonemes from '../../fixtures/phonemes.json' with { type: 'json' };
import reviewed from '../../fixtures/reviewed.json' with { type: 'json' };
import { realFrontEnd } from '../testing/real-models.ts';
import { differingWords, wordCount } from '../testing/word-agreement.ts';

const misread = new Set(reviewed.cases.map(({ text }) => text));

describe('beside the oracle', () => {
  test.each([
    { name: 'phonemes.json', cases: phonemes.cases, atLeast: 35 },
    { name: 'oracle.json', cases: oracle.cases, atLeast: 1000 },
  ])('$name: at least 98 of 100 words have the same phonemes', async ({ name, cases, atLeast }) => {
    const frontEnd = await realFrontEnd();
    const compared = cases.filter(({ text }) => !misread.has(text));
    let words = 0;
    let differing = 0;
    for (const { text, phonemes: wanted } of compared) {
      words += wordCount(wanted);
      differing += differingWords(wanted, await frontEnd.phonemes(text));
    }
    const percent = 100 * (1 - differing / words);
    console.log(`${name}: ${percent.toFixed(2)} % of ${words} words in ${compared.length} sentences agree`);
    expect(cases.length).toBeGreaterThan(atLeast);
    // What stands in the reviewed list is out of the count, so it must stay a small list.
    expect(compared.length / cases.length).toBeGreaterThan(0.85);
    expect(percent).toBeGreaterThanOrEqual(98);
  });

  test.each(reviewed.cases)('where it errs ($why): $text', async ({ text, oracle: said, wanted }) => {
    expect(await (await realFrontEnd()).phonemes(text)).toBe(wanted);
    expect(wanted).not.toBe(said);
  });
});
