import { afterAll, beforeAll, expect, test } from 'vitest';
import { realSource, VOICE_ID } from '../testing/real-models.ts';
import { NeuralSpellingModel } from './spelling-model.ts';

let model: NeuralSpellingModel;
beforeAll(async () => {
  model = await NeuralSpellingModel.open(await realSource(), VOICE_ID);
});
afterAll(() => model.release());

// What hibari.g2p.oov.OOV() of hibari-tts 0.2.1 says.
test.each([
  ['Zyxquon', 'zˈɪkskwɑn'],
  ['blorfed', 'blˈɔɹft'],
  ['frumious', 'fɹˈumiəs'],
  ['Bandersnatch', 'bˈændəɹsnˌæʧ'],
])('reads %s', async (word, phonemes) => {
  expect(await model.read(word)).toBe(phonemes);
});

test('says nothing for letters that it does not know', async () => {
  expect(await model.read('你好')).toBe('');
  expect(await model.read('')).toBe('');
});
