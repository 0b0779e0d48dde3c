import { describe, expect, test } from 'vitest';
import { wordErrorRate } from './word-error-rate.ts';
import { spokenWords } from './words.ts';

describe('counting', () => {
  test.each([
    ['the same text', 'one small step', 'one small step', { substitutions: 0, insertions: 0, deletions: 0 }],
    ['a word misheard', 'one small step', 'one tall step', { substitutions: 1, insertions: 0, deletions: 0 }],
    [
      'a word invented',
      'one small step',
      'one very small step',
      { substitutions: 0, insertions: 1, deletions: 0 },
    ],
    ['a word lost', 'one small step', 'one step', { substitutions: 0, insertions: 0, deletions: 1 }],
    ['one of each', 'a b c d e f', 'x b d e f g', { substitutions: 1, insertions: 1, deletions: 1 }],
    ['words in the wrong order', 'a b', 'b a', { substitutions: 2, insertions: 0, deletions: 0 }],
    ['nothing heard', 'one small step', '', { substitutions: 0, insertions: 0, deletions: 3 }],
  ])('%s', (_case, reference, hypothesis, edits) => {
    const result = wordErrorRate(reference, hypothesis);
    const errors = edits.substitutions + edits.insertions + edits.deletions;
    expect(result).toEqual({
      ...edits,
      errors,
      words: spokenWords(reference).length,
      wordErrorRate: errors / result.words,
    });
  });

  test('is a share of the words that were said, not of those understood', () => {
    expect(wordErrorRate('a b c d', 'a b').wordErrorRate).toBe(0.5);
    expect(wordErrorRate('a b', 'a b c d').wordErrorRate).toBe(1);
  });

  test('words where none were said are counted, and nothing against nothing is perfect', () => {
    expect(wordErrorRate('', 'thank you')).toMatchObject({
      wordErrorRate: 2,
      errors: 2,
      words: 0,
      insertions: 2,
    });
    expect(wordErrorRate('', ' … ')).toMatchObject({ wordErrorRate: 0, errors: 0, words: 0 });
  });

  test('finds the fewest edits, whatever the texts', () => {
    const words = ['a', 'b', 'c'];
    let seed = 7;
    const random = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const text = (): string[] =>
      Array.from({ length: Math.floor(random() * 7) }, () => words[Math.floor(random() * 3)] ?? '');
    for (let round = 0; round < 300; round += 1) {
      const [a, b] = [text(), text()];
      expect(wordErrorRate(a.join(' '), b.join(' ')).errors).toBe(fewestEdits(a, b));
      expect(wordErrorRate(a.join(' '), a.join(' ')).errors).toBe(0);
    }
  });

  test('a long transcript is compared in reasonable time', () => {
    const text = Array.from({ length: 2_000 }, (_, i) => `w${'abcdefgh'[i % 8]}${'xyz'[i % 3]}`).join(' ');
    expect(wordErrorRate(text, text.replace('wax', 'wrong')).errors).toBe(1);
  });
});

describe('spelled alike', () => {
  test.each([
    // Case, punctuation, characters
    ['Hello, World!', 'hello world'],
    ['well-known — and liked', 'well known and liked'],
    ['a café in Zürich', 'a cafe in Zurich'],
    ['“Yes,” she said…', 'yes she said'],
    ['He works for the U.S.A.', 'he works for the USA'],
    ['Mr. Smith and Mrs. Jones saw Dr. Who.', 'mister smith and missus jones saw doctor who'],
    ['rock & roll', 'rock and roll'],
    ['OK, alright', 'okay all right'],
    // Contractions
    ["It's fine", 'it is fine'],
    ['it’s been a while', 'it has been a while'],
    ["That's what he's got", 'that is what he has got'],
    ["I can't, you cannot", 'I can not, you can not'],
    ["We won't; they don't; I'm sure you're right", 'we will not they do not I am sure you are right'],
    ["I'd go if you'd been there; you'd better", 'I would go if you had been there you had better'],
    ["they've said we'll see", 'they have said we will see'],
    ["let's go", 'let us go'],
    ['gonna wanna gotta', 'going to want to got to'],
    ["John's book", 'johns book'],
    // Cardinals
    ['7 cats', 'seven cats'],
    ['21', 'twenty-one'],
    ['105', 'one hundred and five'],
    ['a hundred', '100'],
    ['1,234,567', 'one million two hundred thirty-four thousand five hundred and sixty-seven'],
    ['2500', 'twenty-five hundred'],
    ['2,500', 'two thousand five hundred'],
    ['1000', 'a thousand'],
    ['10,000', 'ten thousand'],
    ['0', 'zero'],
    ['agent 007', 'agent zero zero seven'],
    ['It is -20 outside', 'it is minus twenty outside'],
    ['call 555-1234', 'call five five five one two three four'],
    ['mp3', 'mp three'],
    // Ordinals and fractions
    ['the 1st, 2nd, 3rd and 4th', 'the first second third and fourth'],
    ['the 21st century', 'the twenty-first century'],
    ['the 12th of the 20th', 'the twelfth of the twentieth'],
    ['the 100th time', 'the one hundredth time'],
    ['½ and 3/4', 'one half and three quarters'],
    ['half a mile and a half', 'half a mile and one half'],
    // Years
    ['in 1984', 'in nineteen eighty-four'],
    ['1984', 'one thousand nine hundred and eighty-four'],
    ['1905', 'nineteen oh five'],
    ['1900', 'nineteen hundred'],
    ['2024', 'twenty twenty-four'],
    ['2010', 'two thousand and ten'],
    ['2005', 'two thousand and five'],
    ['the 1980s', 'the nineteen eighties'],
    ["the '80s", 'the eighties'],
    ['the 1900s', 'the nineteen hundreds'],
    // Times
    ['at 3:30', 'at three thirty'],
    ['at 3:05 p.m.', 'at three oh five pm'],
    ['at 3:00', "at three o'clock"],
    ['at 3 PM', 'at three p m'],
    ['at 11:00 a.m.', 'at eleven am'],
    // Decimals, currency, percent, units
    ['3.14', 'three point one four'],
    ['0.5', 'zero point five'],
    ['version 3.8.1', 'version three point eight point one'],
    ['$5', 'five dollars'],
    ['$1', 'one dollar'],
    ['$5.50', 'five dollars and fifty cents'],
    ['$0.99', 'ninety-nine cents'],
    ['$3.5 million', 'three point five million dollars'],
    ['£2.20 and 20 €', 'two pounds and twenty pence and twenty euros'],
    ['50%', 'fifty percent'],
    ['50 per cent', 'fifty percent'],
    ['5 km', 'five kilometers'],
    ['1 kg', 'one kilogram'],
    ['6 ft', 'six feet'],
    ['60 mph', 'sixty miles per hour'],
    ["It's -20°C", 'it is minus twenty degrees celsius'],
    ['72°F', 'seventy-two degrees fahrenheit'],
    ['100 km/h', 'one hundred kilometers per hour'],
  ])('%s | %s', (written, said) => {
    expect(spokenWords(written)).toEqual(spokenWords(said));
    expect(wordErrorRate(said, written).errors).toBe(0);
  });

  test('comes out as plain words', () => {
    expect(spokenWords("It's $5.50 at 3:30, isn't it?")).toEqual(
      'it is five dollars and fifty cents at three thirty is not it'.split(' '),
    );
    expect(spokenWords('In 1984')).toEqual(['in', 'nineteen', 'eighty', 'four']);
  });
});

describe('still told apart', () => {
  test.each([
    ['color', 'colour'],
    ['kilometre', 'kilometer'],
    ['21', '201'],
    ['15', '50'],
    ['1984', '1948'],
    ['$5', '£5'],
    ['can', "can't"],
    ["it's", 'its'],
    ['3.14', '314'],
    ['the 1st', 'the 2nd'],
    ['-20', '20'],
    ['a cat', 'one cat'],
    ['two thousand', 'twenty thousand'],
    ['1905', '1950'],
  ])('%s | %s', (a, b) => {
    expect(wordErrorRate(a, b).errors).toBeGreaterThan(0);
  });
});

/** The definition, slow and plain. */
function fewestEdits(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const [, ...restA] = a;
  const [, ...restB] = b;
  if (a[0] === b[0]) return fewestEdits(restA, restB);
  return 1 + Math.min(fewestEdits(restA, restB), fewestEdits(restA, b), fewestEdits(a, restB));
}
