export { readEnglishData } from './english/english-data.ts';
export {
  type EnglishData,
  EnglishFrontEnd,
  type EnglishFrontEndOptions,
  type SpokenSentence,
} from './english/english-front-end.ts';
export type { SpellingModel } from './english/unknown-words.ts';
export { NeuralVoice, type NeuralVoiceOptions } from './neural-voice/neural-voice.ts';
