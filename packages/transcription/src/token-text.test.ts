import { isRunAnywhereError } from '@runanywhere/core';
import { expect, test } from 'vitest';
import { TokenText } from './token-text.ts';

const tokenizer = JSON.stringify({
  added_tokens: [
    { id: 0, special: true },
    { id: 1, special: true },
    { id: 9, special: false },
  ],
  model: {
    byte_fallback: true,
    vocab: {
      '<unk>': 0,
      '<s>': 1,
      '▁Hello': 2,
      '▁wor': 3,
      ld: 4,
      '<0xE2>': 5,
      '<0x82>': 6,
      '<0xAC>': 7,
      '▁': 8,
      añ: 9,
    },
  },
});
const text = new TokenText(tokenizer, 'test-model');

test('pieces become words, and the space before the first is dropped', () => {
  expect(text.decode([2, 3, 4])).toBe('Hello world');
  expect(text.decode([])).toBe('');
});

test('special tokens and ids that are not in the vocabulary say nothing', () => {
  expect(text.decode([1, 2, 0, 4_711])).toBe('Hello');
});

test('added tokens that are not special, and characters beyond ASCII, are kept', () => {
  expect(text.decode([2, 8, 9])).toBe('Hello añ');
});

test('bytes become the character they spell, once all of them are there', () => {
  expect(text.decode([2, 8, 5])).toBe('Hello');
  expect(text.decode([2, 8, 5, 6])).toBe('Hello');
  expect(text.decode([2, 8, 5, 6, 7])).toBe('Hello €');
});

test('bytes that spell nothing are replaced, not thrown at', () => {
  expect(text.decode([5, 2])).toBe('\ufffd Hello');
});

test.each(['', 'not JSON', '{}', '{"model":{}}', 'null'])('%j is no tokenizer', (wrong) => {
  const make = (): TokenText => new TokenText(wrong, 'test-model');
  expect(make).toThrow(expect.objectContaining({ code: 'engine-failed' }));
  try {
    make();
  } catch (error) {
    expect(isRunAnywhereError(error, 'engine-failed') && error.details.engine).toBe('test-model');
  }
});
