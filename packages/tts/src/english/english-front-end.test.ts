import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { realEnglishData, realFrontEnd } from '../testing/real-models.ts';
import { EnglishFrontEnd, type SpokenSentence } from './english-front-end.ts';
import { hasSound } from './phonemes.ts';

let frontEnd: EnglishFrontEnd;
beforeAll(async () => {
  frontEnd = await realFrontEnd();
});

async function sentences(text: string, voice: EnglishFrontEnd = frontEnd): Promise<SpokenSentence[]> {
  const all: SpokenSentence[] = [];
  for await (const sentence of voice.sentences(text)) all.push(sentence);
  return all;
}

const lettersOf = (text: string): string => (text.match(/[\p{L}\p{N}]/gu) ?? []).join('');

describe('EnglishFrontEnd', () => {
  test('gives one sentence after the other, with its text', async () => {
    expect(await sentences('Hello there. **How** are you?')).toEqual([
      { text: 'Hello there.', phonemes: 'həlˈO ðˈɛɹ.' },
      { text: 'How are you?', phonemes: 'hˌW ɑɹ ju?' },
    ]);
  });

  test('keeps the final mark behind an abbreviation', async () => {
    const [sentence] = await sentences('We close at 5 p.m.');
    expect(sentence?.phonemes).toMatch(/pˌiˈɛm\.$/);
  });

  test('cuts what is too long for the voice and drops none of it', async () => {
    const text = `${'This is a rather long sentence, which goes on and on, '.repeat(30)}and ends.`;
    const parts = await sentences(text);
    expect(parts.length).toBeGreaterThan(3);
    for (const { phonemes } of parts) expect(phonemes.length).toBeLessThanOrEqual(400);
    expect(lettersOf(parts.map((part) => part.text).join(''))).toBe(lettersOf(text));
  });

  test('cuts even a single endless word', async () => {
    const word = 'blorfizant'.repeat(60);
    const parts = await sentences(word);
    for (const { phonemes } of parts) expect(phonemes.length).toBeLessThanOrEqual(400);
    expect(parts.map((part) => part.text).join('')).toBe(word);
  });

  test('takes a pronunciation from the text', async () => {
    expect(await frontEnd.phonemes('Say [hibari](/hibˈɑɹi/) now, [here](https://example.com/x).')).toBe(
      'sˈA hibˈɑɹi nˈW, hˈɪɹ.',
    );
  });

  test('asks the spelling model once for each unknown word, and only for those', async () => {
    const asked: string[] = [];
    const spelling = async (word: string): Promise<string> => {
      asked.push(word);
      return 'blˈɔɹf';
    };
    const voice = new EnglishFrontEnd(await realEnglishData(), { spelling });
    await voice.phonemes('The blorfy cat saw another blorfy dog.');
    expect(await voice.phonemes('A blorfy day.')).toBe('ɐ blˈɔɹf dˈA.');
    expect(asked).toEqual(['blorfy']);
  });

  test('gives a spelling model no word longer than it takes', async () => {
    const lengths: number[] = [];
    const spelling = async (word: string): Promise<string> => {
      lengths.push(word.length);
      return 'ˈA';
    };
    const voice = new EnglishFrontEnd(await realEnglishData(), { spelling, maxSpellingLetters: 10 });
    expect(await voice.phonemes('blorfizantquobblesnatch')).toBe('ˈAˈAˈA');
    expect(Math.max(...lengths)).toBeLessThanOrEqual(10);
  });

  test('a spelling model that fails is not hidden', async () => {
    const spelling = (): Promise<string> => Promise.reject(new Error('no file'));
    const voice = new EnglishFrontEnd(await realEnglishData(), { spelling });
    await expect(voice.phonemes('Some blorfy cat.')).rejects.toThrow('no file');
  });

  test.each(['', '   ', '\n', '...', '🙂🙂', '***', '---'])('%j has nothing to say', async (text) => {
    const spoken = await sentences(text);
    expect(spoken).toEqual([]);
  });

  test.each([
    '<a>',
    '[^1]',
    '```js',
    '| 1 |',
    '# 2',
    '&amp;',
    '_x_',
    '[x](/y/)',
    '<!-- z -->',
    '\\n',
    "'1",
    '①',
    'ª',
    '一',
    '٣',
  ])('%j is heard', async (text) => {
    expect((await sentences(text)).some(({ phonemes }) => hasSound(phonemes))).toBe(true);
  });
});

describe('whatever the text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          '$',
          '-',
          '5',
          '1,000',
          '.',
          ' ',
          'am',
          '/',
          '#',
          "'",
          '’',
          '°C',
          'II',
          'King ',
          '(',
          '“',
          'é',
          'Dr.',
          '%',
          '**',
          '[',
          '](',
          '/)',
          '<',
          '>',
          '`',
          '\n',
        ),
        { maxLength: 14 },
      )
      .map((pieces) => pieces.join('')),
  );

  // Like the network it knows the letters of our alphabet only, but it takes no time.
  const spelling = async (word: string): Promise<string> => (/[a-z]/i.test(word) ? 'bˈA' : '');
  let quick: EnglishFrontEnd;
  beforeAll(async () => {
    quick = new EnglishFrontEnd(await realEnglishData(), { spelling });
  });

  test('it never throws, and a letter or a figure is always heard', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const phonemes = await quick.phonemes(text);
        if (/[\p{L}\p{N}]/u.test(text)) expect(hasSound(phonemes)).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  test('the same with the real network', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 12 }), async (text) => {
        const phonemes = await frontEnd.phonemes(text);
        if (/[\p{L}\p{N}]/u.test(text)) expect(hasSound(phonemes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('each sentence of it can be spoken, and a letter or a figure makes one', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const spoken = await sentences(text, quick);
        for (const { phonemes } of spoken) expect(hasSound(phonemes)).toBe(true);
        if (/[\p{L}\p{N}]/u.test(text)) expect(spoken.length).toBeGreaterThan(0);
      }),
      { numRuns: 600 },
    );
  });
});
