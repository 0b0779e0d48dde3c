import { describe, expect, test } from 'vitest';
import { cardinal, digitWords, ordinal, yearWords } from './number-words.ts';

describe('cardinal', () => {
  test.each([
    ['0', 'zero'],
    ['13', 'thirteen'],
    ['40', 'forty'],
    ['99', 'ninety-nine'],
    ['100', 'one hundred'],
    ['1234', 'one thousand two hundred thirty-four'],
    ['1000000', 'one million'],
    ['20000000019', 'twenty billion nineteen'],
    ['000', 'zero'],
    ['0042', 'forty-two'],
  ])('%s is said "%s"', (digits, words) => {
    expect(cardinal(digits)).toBe(words);
  });

  test('beyond the names of numbers the digits are said one by one', () => {
    expect(cardinal('9'.repeat(36))).toContain('decillion');
    expect(cardinal('1'.repeat(37))).toBe(Array(37).fill('one').join(' '));
  });
});

test.each([
  ['1', 'first'],
  ['2', 'second'],
  ['5', 'fifth'],
  ['12', 'twelfth'],
  ['20', 'twentieth'],
  ['21', 'twenty-first'],
  ['100', 'one hundredth'],
  ['103', 'one hundred third'],
])('as an ordinal %s is said "%s"', (digits, words) => {
  expect(ordinal(digits)).toBe(words);
});

test.each([
  ['1066', 'ten sixty-six'],
  ['1800', 'eighteen hundred'],
  ['1905', 'nineteen oh five'],
  ['2000', 'two thousand'],
  ['2005', 'two thousand five'],
  ['2024', 'twenty twenty-four'],
])('as a year %s is said "%s"', (digits, words) => {
  expect(yearWords(digits)).toBe(words);
});

test('digit by digit, leading zeros included', () => {
  expect(digitWords('007')).toBe('zero zero seven');
});
