import { ordinal } from '../number-words.ts';
import type { SpeakableTables } from '../tables.ts';
import { anyOf, type Rule, WORD_START } from './rule.ts';

// One letter alone is a numeral only where it cannot be a name: "Type C" and "George C. Scott" are letters.
const ROMAN = '((?=[IVXLC])(?![CL]\\b)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))';
const ROMAN_END = "(?![\\p{L}\\p{N}_])(?![.'’]\\p{L})";
const ROMAN_VALUES: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };

/** Words of their own unless a number follows: the answer is "no.", and "no. 5" is a number. */
const NUMBERED_ONLY = new Set(['no.', 'nos.', 'fig.', 'ed.']);

/** Titles, abbreviations, and Roman numerals after the words that they number. */
export function nameRules(
  tables: Omit<SpeakableTables, 'months' | 'units' | 'symbols' | 'currency'>,
): Rule[] {
  const { titles, abbreviations } = tables;
  const numbered = (words: readonly string[]): RegExp =>
    new RegExp(`${WORD_START}(${anyOf(words)}) ${ROMAN}${ROMAN_END}`, 'gu');
  return [
    {
      find: new RegExp(`${WORD_START}(${anyOf(Object.keys(titles))})\\.? (?=[A-Z])`, 'gu'),
      say: ([, title = '']) => `${titles[title]} `,
    },
    {
      find: new RegExp(
        // "the Sun." is no day.
        `(?<![\\p{L}\\p{N}_.]|\\bthe (?=Sun\\.))(${anyOf(Object.keys(abbreviations))})(?![\\p{L}\\p{N}_])`,
        'gu',
      ),
      say([whole, short = ''], after) {
        if (NUMBERED_ONLY.has(short) && !/^ ?\d/.test(after)) return whole;
        const endsText = after === '' && short.endsWith('.');
        return `${abbreviations[short]}${endsText ? '.' : ''}`;
      },
    },
    {
      find: new RegExp(`${WORD_START}(Nos?)\\. ?(?=\\d)`, 'gu'),
      say: ([, no]) => (no === 'No' ? 'Number ' : 'Numbers '),
    },
    { find: /(?<![\p{L}\p{N}_&])#(?=\d)/gu, say: () => 'number ' },
    {
      find: numbered(tables.roman_cardinal),
      say([whole, word, numeral = ''], after) {
        return isPronoun(numeral, after) ? whole : `${word} ${romanValue(numeral)}`;
      },
    },
    {
      find: numbered(tables.roman_ordinal),
      say([whole, name, numeral = ''], after) {
        return isPronoun(numeral, after) ? whole : `${name} the ${ordinal(romanValue(numeral))}`;
      },
    },
  ];
}

/** The I of "the part I like": a verb follows, not the verb of a king. */
function isPronoun(numeral: string, after: string): boolean {
  return (
    numeral === 'I' &&
    /^(?: [a-z]|['’])/.test(after) &&
    !/^ (?:of|and|was|is|in|to|had|has|ruled|reigned|or)\b/.test(after)
  );
}

function romanValue(numeral: string): number {
  let total = 0;
  [...numeral].forEach((digit, index) => {
    const value = ROMAN_VALUES[digit] ?? 0;
    const next = ROMAN_VALUES[numeral[index + 1] ?? ''] ?? 0;
    total += next > value ? -value : value;
  });
  return total;
}
