import { expect, test } from 'vitest';
import { BytePairTokenizer } from './byte-pair-tokenizer.ts';

const tokens = [
  '<|end|>',
  '<|endless|>',
  'h',
  'e',
  'l',
  'o',
  'Ġ',
  'w',
  'he',
  'll',
  'lo',
  'hell',
  'hello',
  'Ġw',
  '1',
  '2',
  'Ã',
  '©',
];
const tokenizer = new BytePairTokenizer({
  tokens,
  merges: ['h e', 'l l', 'he ll', 'hell o', 'l o', 'Ġ w', '1 2'],
  specialIds: [0, 1],
});
const pieces = (text: string): (string | undefined)[] => tokenizer.encode(text).map((id) => tokens[id]);

// The real vocabulary is held against llama.cpp in tests/e2e/language-model.test.ts.
test.each([
  ['joins the most urgent pair first', 'hello', ['hello']],
  ['and of equals the leftmost', 'llll', ['ll', 'll']],
  ['keeps a space with the word behind it', 'hello wo', ['hello', 'Ġw', 'o']],
  ['never joins across words', 'he  he', ['he', 'Ġ', 'Ġ', 'he']],
  ['spells numbers', '12', ['1', '2']],
  [
    'finds special tokens as they stand, the longest first',
    'he<|endless|>he<|end|>',
    ['he', '<|endless|>', 'he', '<|end|>'],
  ],
  ['takes a character apart that has no token', 'é', ['Ã', '©']],
  ['gives nothing for nothing', '', []],
])('%s', (_behaviour, text, expected) => expect(pieces(text)).toEqual(expected));

test('a word of 5,000 letters takes no noticeable time', () => {
  const startMs = performance.now();
  expect(tokenizer.encode('hello'.repeat(1000))).toHaveLength(1000);
  expect(performance.now() - startMs).toBeLessThan(2000);
});
