import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplySentences } from './reply-sentences.ts';

function cut(...deltas: string[]): string[] {
  const splitter = new ReplySentences();
  return [...deltas.flatMap((delta) => splitter.push(delta)), ...splitter.end()];
}

const trimmed = (text: string): string[] => cut(text).map((stretch) => stretch.trim());

test.each<[string, string, string[]]>([
  ['cuts at full stops', 'One. Two! Three? Four', ['One.', 'Two!', 'Three?', 'Four']],
  ['keeps decimals', 'It is 3.14 metres. Or 1,000.', ['It is 3.14 metres.', 'Or 1,000.']],
  [
    'keeps abbreviations',
    'Ask Dr. Smith or Mrs. Hale. Then go.',
    ['Ask Dr. Smith or Mrs. Hale.', 'Then go.'],
  ],
  ['keeps initials', 'J. R. R. Tolkien wrote it. Yes.', ['J. R. R. Tolkien wrote it.', 'Yes.']],
  ['keeps "e.g."', 'Take fruit, e.g. apples. Good.', ['Take fruit, e.g. apples.', 'Good.']],
  [
    'ends after p.m. before a capital',
    'It is 5 p.m. We go. At 6 p.m. sharp.',
    ['It is 5 p.m.', 'We go.', 'At 6 p.m. sharp.'],
  ],
  ['takes closing quotes along', 'He said "Go." Then he left.', ['He said "Go."', 'Then he left.']],
  ['does not cut inside a quoted question', '"Really?" she asked. No.', ['"Really?" she asked.', 'No.']],
  ['a number ends a sentence', 'I have 5. You have 6.', ['I have 5.', 'You have 6.']],
  ['but not the number of a list item', '1. Eat\n2. Sleep', ['1. Eat', '2. Sleep']],
  ['cuts at line ends', '- milk\n- eggs', ['- milk', '- eggs']],
  ['an ellipsis may go on', 'Well... maybe. Yes.', ['Well... maybe.', 'Yes.']],
  ['knows wide full stops', '你好。再见！', ['你好。', '再见！']],
  ['nothing is nothing', '', []],
])('%s', (_behaviour, text, expected) => expect(trimmed(text)).toEqual(expected));

test('the first stretch may end with a clause, later ones only when they are long', () => {
  expect(
    trimmed('That is a good question, and the answer, I think, is simple. It rains, mostly, in spring.'),
  ).toEqual([
    'That is a good question,',
    'and the answer, I think, is simple.',
    'It rains, mostly, in spring.',
  ]);
  expect(trimmed('Yes, it is.')).toEqual(['Yes, it is.']);
  const long = `First. Then ${'word '.repeat(35)}and so on, ${'word '.repeat(5)}end.`;
  expect(trimmed(long)[1]).toMatch(/and so on,$/);
});

test('a sentence without an end is cut at a space, and a word without spaces is cut too', () => {
  for (const stretch of cut(`Oh. The ${'word '.repeat(400)}`)) expect(stretch.length).toBeLessThan(300);
  for (const stretch of cut('x'.repeat(2000))) expect(stretch.length).toBeLessThan(300);
});

test('a stretch comes out with the first letter of the next', () => {
  const splitter = new ReplySentences();
  expect(splitter.push('It is Paris.')).toEqual([]);
  expect(splitter.push(' ')).toEqual([]);
  expect(splitter.push('T')).toEqual(['It is Paris. ']);
});

test('joined, the stretches are the text, and where the deltas are cut makes no difference', () => {
  const piece = fc.constantFrom(
    'Hello',
    'Dr',
    '.',
    '. ',
    '!',
    '? ',
    ', ',
    '\n',
    ' ',
    '"',
    '3.5',
    'e.g.',
    'and ',
    '。',
    '1. ',
    '…',
    '- ',
    'x'.repeat(90),
    'é',
    '👋',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (pieces, size) => {
      const text = pieces.join('');
      const whole = cut(text);
      expect(whole.join('')).toBe(text);
      const chunks: string[] = [];
      for (let at = 0; at < text.length; at += size) chunks.push(text.slice(at, at + size));
      expect(cut(...chunks)).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});
