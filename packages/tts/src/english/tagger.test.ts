import { expect, test } from 'vitest';
import { realEnglishData } from '../testing/real-models.ts';
import { Tagger } from './tagger.ts';

test.each([
  ['I will read it', 'PRP MD VB PRP'],
  ['We live here', 'PRP VBP RB'],
  ['a live wire', 'DT JJ NN'],
  ['She ran to the blorf', 'PRP VBD IN DT NN'],
])('%s: %s', async (text, tags) => {
  const tagger = new Tagger((await realEnglishData()).tagger);
  expect(tagger.tag(text.split(' ')).join(' ')).toBe(tags);
});

test('a word that is also a property of every object has a tag of its own', async () => {
  const tagger = new Tagger((await realEnglishData()).tagger);
  for (const tag of tagger.tag(['constructor', '__proto__', 'toString'])) expect(tag).toMatch(/^[A-Z]+$/);
});
