import { beforeAll, describe, expect, test } from 'vitest';
import { realEnglishData } from '../testing/real-models.ts';
import { END_OF_SENTENCE, Lexicon } from './lexicon.ts';

let lexicon: Lexicon;
beforeAll(async () => {
  const { gold, silver } = await realEnglishData();
  lexicon = new Lexicon(gold, silver);
});

const before = (vowelNext: boolean | null, toNext = false) => ({ vowelNext, toNext });

describe('Lexicon', () => {
  test.each<[string, string, ReturnType<typeof before>, string | undefined]>([
    ['the', 'DT', before(true), 'ði'],
    ['the', 'DT', before(false), 'ðə'],
    ['to', 'TO', before(true), 'tʊ'],
    ['to', 'TO', END_OF_SENTENCE, 'tu'],
    ['used', 'VBD', before(false, true), 'jˈust'],
    ['used', 'VBD', before(false), 'jˈuzd'],
    ['a', 'DT', before(false), 'ɐ'],
    ['I', 'PRP', before(false), 'ˌI'],
    ['read', 'VB', before(false), 'ɹˈid'],
    ['read', 'VBD', before(false), 'ɹˈɛd'],
    ['present', 'NN', before(false), 'pɹˈɛzᵊnt'],
    ['present', 'VB', before(false), 'pɹizˈɛnt'],
    ['FBI', 'NNP', before(false), 'ˌɛfbˌiˈI'],
    ['Ph.D.', 'NNP', before(false), 'pˌiˌAʧdˈi'],
    ['blorfed', 'VBD', before(false), undefined],
    ['constructor', 'NN', before(false), 'kənstɹˈʌktəɹ'],
    ['__proto__', 'NN', before(false), undefined],
  ])(
    '%s as %s',
    (word, tag, context, phonemes) => {
      expect(lexicon.read({ word, tag, context })).toBe(phonemes);
    },
    60_000,
  );

  test.each([
    ['computerizes', 'z'],
    ['horses', 'ᵻz'],
    ["Smith's", 'θs'],
    ['panicking', 'ɪŋ'],
    ['telephoned', 'nd'],
  ])('%s ends in %s', (word, ending) => {
    expect(lexicon.read({ word, tag: 'NN', context: before(false) })?.endsWith(ending)).toBe(true);
  });
});
