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
  'ðŁĺ',
  'Ģ',
];
const metadata = (pre: string): Map<string, string | readonly string[] | readonly number[]> =>
  new Map<string, string | readonly string[] | readonly number[]>([
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', pre],
    ['tokenizer.ggml.tokens', tokens],
    ['tokenizer.ggml.merges', ['h e', 'l l', 'he ll', 'hell o', 'l o', 'Ġ w', '1 2']],
    ['tokenizer.ggml.token_type', tokens.map((_, id) => (id < 2 ? 3 : 1))],
  ]);
const tokenizer = new BytePairTokenizer(metadata('smollm'));
const pieces = (text: string): (string | undefined)[] => tokenizer.encode(text).map((id) => tokens[id]);

// Real vocabularies are held against llama.cpp in testing/tokenizers.
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

test('a word of 50,000 letters takes no noticeable time', () => {
  const startMs = performance.now();
  expect(tokenizer.encode('hello'.repeat(10_000))).toHaveLength(10_000);
  expect(performance.now() - startMs).toBeLessThan(2000);
});

test('a way of cutting words that is not known is refused by its name', () => {
  expect(() => new BytePairTokenizer(metadata('viking'))).toThrow('"viking"');
});

test('characters that are spread over tokens come out whole, tokens that steer as nothing', () => {
  const decoder = tokenizer.decoder();
  const out = ['hello', '<|end|>', 'ðŁĺ', 'Ģ', 'Ġw', 'ðŁĺ'].map((token) =>
    decoder.push(tokens.indexOf(token)),
  );
  expect(out).toEqual(['hello', '', '', '😀', ' w', '']);
  expect(decoder.flush()).toBe('\ufffd');
});
