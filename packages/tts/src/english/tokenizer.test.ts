import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { realEnglishData } from '../testing/real-models.ts';
import { Tokenizer } from './tokenizer.ts';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = new Tokenizer((await realEnglishData()).tokenizerExceptions);
});

const texts = (text: string): string[] => tokenizer.tokenize(text).map((token) => token.text);

describe('Tokenizer', () => {
  test.each<[string, string[]]>([
    ["I can't, won't.", ['I', 'ca', "n't", ',', 'wo', "n't", '.']],
    ['(“Hello,” she said.)', ['(', '“', 'Hello', ',', '”', 'she', 'said', '.', ')']],
    ['well-known and/or true/false', ['well', '-', 'known', 'and/or', 'true', '/', 'false']],
    ['10am $5.20 20%', ['10', 'am', '$', '5.20', '20', '%']],
    ['U.S.A. Mr. e.g.', ['U.S.A.', 'Mr.', 'e.g.']],
    ['end…really', ['end', '…', 'really']],
    ['constructor', ['constructor']],
  ])(
    '%s',
    (text, tokens) => {
      expect(texts(text)).toEqual(tokens);
    },
    60_000,
  );

  test('its tokens and spaces are the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const joined = tokenizer
          .tokenize(text)
          .map(({ text: token, spaceAfter }) => token + (spaceAfter ? ' ' : ''));
        expect(joined.join('').trimEnd()).toBe(text.replaceAll(/\s+/gu, ' ').trim());
      }),
    );
  });
});
