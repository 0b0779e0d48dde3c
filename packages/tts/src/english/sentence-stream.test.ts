import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SentenceStream, type SentenceStreamOptions } from './sentence-stream.ts';

/** Pushes the text in the pieces in which a language model would give it. */
function play(text: string, options?: SentenceStreamOptions): string[] {
  const stream = new SentenceStream(options);
  const out: string[] = [];
  for (const piece of text.match(/\s*\S{1,6}/gu) ?? []) out.push(...stream.push(piece));
  return [...out, ...stream.flush()];
}

describe('SentenceStream', () => {
  test.each<[string, string, string[]]>([
    [
      'speaks the first clause as soon as there is a comma',
      'Of course I can, let me look that up for you right away. It is sunny.',
      ['Of course I can,', 'let me look that up for you right away.', 'It is sunny.'],
    ],
    ['keeps a short first sentence whole', 'Sure, here you go. Enjoy.', ['Sure, here you go.', 'Enjoy.']],
    [
      'does not cut a link or a piece of code',
      'Please read [this, and that](https://example.com/a) or `a, b` for more of it.',
      ['Please read [this, and that](https://example.com/a) or `a, b` for more of it.'],
    ],
    [
      'later sentences stay whole, commas or not',
      'Yes. On Monday, which is a holiday, the shop is closed, sadly.',
      ['Yes.', 'On Monday, which is a holiday, the shop is closed, sadly.'],
    ],
    ['waits for the digits of a decimal', 'It is 3.5 now. Bye.', ['It is 3.5 now.', 'Bye.']],
    [
      'does not end a sentence at a title',
      'Ask Dr. Smith first. Then go.',
      ['Ask Dr. Smith first.', 'Then go.'],
    ],
    ['takes each line of a list by itself', 'Buy this:\n- eggs\n- milk', ['Buy this:', '- eggs', '- milk']],
    ['gives what has no mark at the end', 'No mark here', ['No mark here']],
    ['says nothing when there is nothing', ' \n ', []],
  ])('%s', (_behaviour, text, wanted) => {
    expect(play(text)).toEqual(wanted);
  });

  test('a comma behind the first word is too early to start', () => {
    const [first = ''] = play('Well, the weather in the north will be cold and wet for some days.');
    expect(first.length).toBeGreaterThanOrEqual(12);
  });

  test('a long first sentence without marks is cut before a joining word', () => {
    const [first = ''] = play(
      'The committee decided to postpone the yearly meeting because nobody had prepared anything for it',
    );
    expect(first).toBe('The committee decided to postpone the yearly meeting'.slice(0, first.length));
    expect(first.length).toBeLessThanOrEqual(50);
  });

  test('gives a sentence before the next one is finished', () => {
    const stream = new SentenceStream();
    expect(stream.push('Here it is.')).toEqual([]);
    expect(stream.push(' And')).toEqual(['Here it is.']);
  });

  test('a sentence longer than the limit is cut at a clause', () => {
    const text = `Yes. ${'a few words, '.repeat(30)}and the end.`;
    const pieces = play(text, { sentenceMaxChars: 120 });
    expect(pieces.every((piece) => piece.length <= 120)).toBe(true);
    expect(pieces.slice(1, -1).every((piece) => piece.endsWith(','))).toBe(true);
  });

  test('after a flush the next reply starts with a short clause again', () => {
    const stream = new SentenceStream();
    stream.push('One. Two.');
    stream.flush();
    expect(stream.push('Now then we begin, and this goes on for quite a while without an end')).toEqual([
      'Now then we begin,',
    ]);
  });

  test('an interruption forgets what was waiting', () => {
    const stream = new SentenceStream();
    stream.push('This will never be said');
    stream.reset();
    expect(stream.flush()).toEqual([]);
  });

  test('loses nothing, in whatever pieces the text comes', () => {
    const text = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 8 }),
        fc.constantFrom('. ', ', ', '? ', '\n', ' and ', 'Dr. ', '3.', ' x'),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(text, (pieces) => {
        const stream = new SentenceStream({ sentenceMaxChars: 40 });
        const out = [...pieces.flatMap((piece) => stream.push(piece)), ...stream.flush()];
        expect(out.join('').replaceAll(/\s/gu, '')).toBe(pieces.join('').replaceAll(/\s/gu, ''));
      }),
    );
  });
});
