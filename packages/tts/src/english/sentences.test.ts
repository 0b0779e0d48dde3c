import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitInHalf, splitSentences } from './sentences.ts';

describe('splitSentences', () => {
  test.each<[string, string[]]>([
    ['Hello there. How are you?', ['Hello there.', 'How are you?']],
    ['Wait! Really?! Yes…  Fine.', ['Wait!', 'Really?!', 'Yes…', 'Fine.']],
    ['It costs 3.50 or 1,000.25 now. Buy it.', ['It costs 3.50 or 1,000.25 now.', 'Buy it.']],
    ['Dr. Smith met Mrs. Jones. They spoke.', ['Dr. Smith met Mrs. Jones.', 'They spoke.']],
    ['I like J. K. Rowling. Do you?', ['I like J. K. Rowling.', 'Do you?']],
    ['Use tools, e.g. a hammer. Or not.', ['Use tools, e.g. a hammer.', 'Or not.']],
    ['See Fig. 3 and No. 5. No. That is wrong.', ['See Fig. 3 and No. 5.', 'No.', 'That is wrong.']],
    ['We left at 5 p.m. The door was open.', ['We left at 5 p.m.', 'The door was open.']],
    ['The U.S. Army came. The U.S. It is big.', ['The U.S. Army came.', 'The U.S.', 'It is big.']],
    ['“Stop!” he said. “Go on.” She went.', ['“Stop!” he said.', '“Go on.”', 'She went.']],
    ['He asked (why?). Nobody knew.', ['He asked (why?).', 'Nobody knew.']],
    ['1. First things first. 2. Then the rest.', ['1. First things first.', '2. Then the rest.']],
    ['Eggs\nMilk\nBread', ['Eggs', 'Milk', 'Bread']],
    ['This line was wrapped\nby hand, so it\ngoes on.', ['This line was wrapped\nby hand, so it\ngoes on.']],
    ['Visit example.com today. Then call.', ['Visit example.com today.', 'Then call.']],
    ['你好。再见！', ['你好。', '再见！']],
    ['no mark at all', ['no mark at all']],
    ['   ', []],
    ['', []],
  ])('%j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });

  test('loses nothing but white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(withoutSpace(splitSentences(text).join(''))).toBe(withoutSpace(text));
      }),
    );
  });
});

describe('splitInHalf', () => {
  test.each<[string, string[]]>([
    ['one two three, four five six', ['one two three,', 'four five six']],
    ['one two three four', ['one two', 'three four']],
    ['abcdef', ['abc', 'def']],
    ['x', []],
  ])('%j', (text, halves) => {
    expect(splitInHalf(text)).toEqual(halves);
  });
});

function withoutSpace(text: string): string {
  return text.replaceAll(/\s/gu, '');
}
