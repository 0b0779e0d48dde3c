import { expect, test } from 'vitest';
import { hasSound, restress, type StressChange, soundWeight, startsWithVowel } from './phonemes.ts';

test.each<[string, StressChange | undefined, string]>([
  ['ɹˈɛkəɹd', undefined, 'ɹˈɛkəɹd'],
  ['kˌɑmpɹəhˈɛnsɪv', 'none', 'kɑmpɹəhɛnsɪv'],
  ['kˌɑmpɹəhˈɛnsɪv', 'weaken', 'kɑmpɹəhˌɛnsɪv'],
  ['ðə', 'weaken', 'ðə'],
  ['wˈʌn', 'secondary', 'wˌʌn'],
  ['stɹɛŋθ', 'secondary', 'stɹˌɛŋθ'],
  ['stɹɛŋθ', 'at-least-secondary', 'stɹˌɛŋθ'],
  ['wˈʌn', 'at-least-secondary', 'wˈʌn'],
  ['hˌu', 'primary', 'hˈu'],
  ['stɹɛŋθ', 'primary', 'stɹˈɛŋθ'],
  ['hm', 'primary', 'hm'],
])('%s with the change "%s" is %s', (phonemes, change, wanted) => {
  expect(restress(phonemes, change)).toBe(wanted);
});

test.each([
  ['ˈæpᵊl', true],
  ['bˈʊk', false],
  ['“ˈOpᵊn', true],
  [', ænd', null],
  ['“”', undefined],
  ['', undefined],
])('before "%s" a word hears %s', (phonemes, heard) => {
  expect(startsWithVowel(phonemes)).toBe(heard);
});

test('long sounds weigh double', () => {
  expect(soundWeight('dA')).toBe(3);
});

test('marks alone are no sound', () => {
  expect([hasSound('…!“'), hasSound('ə')]).toEqual([false, true]);
});
