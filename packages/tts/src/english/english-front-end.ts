import type { DictionaryTable } from './dictionary.ts';
import { Lexicon } from './lexicon.ts';
import { hasSound } from './phonemes.ts';
import { Reader } from './reader.ts';
import { splitInHalf, splitSentences } from './sentences.ts';
import { isPronunciation, plainText } from './speakable/plain-text.ts';
import { Speakable } from './speakable/speakable.ts';
import type { SpeakableTables } from './tables.ts';
import { Tagger, type TaggerModel } from './tagger.ts';
import { Tokenizer, type TokenizerExceptions } from './tokenizer.ts';
import { type SpellingModel, UnknownWords } from './unknown-words.ts';
import { mustBeHeard, type TaggedToken } from './word-parts.ts';

/** The parsed data files of the front end; `readEnglishData` makes them from a model's files. */
export interface EnglishData {
  readonly gold: DictionaryTable;
  readonly silver: DictionaryTable;
  readonly tagger: TaggerModel;
  readonly tokenizerExceptions: TokenizerExceptions;
  readonly speakable: SpeakableTables;
}

/** How the front end reads words that it does not know. */
export interface EnglishFrontEndOptions {
  readonly spelling: SpellingModel;
  /** The longest word that `spelling` takes, in characters. @defaultValue 24 */
  readonly maxSpellingLetters?: number;
  /** Sentences with more phonemes than this are cut at a clause. @defaultValue 400 */
  readonly maxPhonemes?: number;
}

/** A stretch of text that is spoken at once. */
export interface SpokenSentence {
  /** The text as it was written, without markup. */
  readonly text: string;
  readonly phonemes: string;
}

/**
 * English text to phonemes: markup is taken off, sentences are split, what is written short is written out, then each word
 * is tagged and read. Every letter and figure that has a reading is heard.
 */
export class EnglishFrontEnd {
  readonly #speakable: Speakable;
  readonly #tokenizer: Tokenizer;
  readonly #tagger: Tagger;
  readonly #reader: Reader;
  readonly #unknownWords: UnknownWords;
  readonly #maxPhonemes: number;

  constructor(data: EnglishData, options: EnglishFrontEndOptions) {
    const lexicon = new Lexicon(data.gold, data.silver);
    this.#speakable = new Speakable(data.speakable);
    this.#tokenizer = new Tokenizer(data.tokenizerExceptions);
    this.#tagger = new Tagger(data.tagger);
    this.#reader = new Reader(lexicon);
    this.#unknownWords = new UnknownWords(options.spelling, options.maxSpellingLetters ?? 24, lexicon);
    this.#maxPhonemes = options.maxPhonemes ?? 400;
  }

  /** The sentences of a text of any length, one after the other, each short enough for the voice. */
  async *sentences(text: string): AsyncGenerator<SpokenSentence> {
    for (const sentence of splitSentences(plainText(text))) yield* this.#fitting(sentence);
  }

  /** One sentence as one line of phonemes, however long. Empty only where nothing in it can be heard. */
  phonemes(sentence: string): Promise<string> {
    return this.#read(plainText(sentence));
  }

  async #read(sentence: string): Promise<string> {
    this.#unknownWords.forgetOldest();
    const tokens = this.#tokens(sentence);
    const unknown = new Set<string>();
    const read = (): string =>
      this.#reader.read(tokens, (word) => {
        const reading = this.#unknownWords.reading(word);
        if (reading === undefined) unknown.add(word);
        return reading ?? '';
      });

    const phonemes = read();
    if (unknown.size === 0) return this.#audible(sentence, phonemes);
    for (const word of unknown) await this.#unknownWords.learn(word);
    return this.#audible(sentence, read());
  }

  async *#fitting(sentence: string): AsyncGenerator<SpokenSentence> {
    const phonemes = await this.#read(sentence);
    const halves = phonemes.length > this.#maxPhonemes ? splitInHalf(sentence) : [];
    if (halves.length === 0) {
      if (hasSound(phonemes)) yield { text: sentence, phonemes: withFinalMark(phonemes, sentence) };
      return;
    }
    for (const half of halves) yield* this.#fitting(half);
  }

  /** The last net: what should be heard and was not is spelled out as a whole. */
  async #audible(sentence: string, phonemes: string): Promise<string> {
    if (hasSound(phonemes) || !mustBeHeard(sentence)) return phonemes;
    const letters = sentence.match(/[\p{L}\p{N}]+/gu)?.join('') ?? '';
    await this.#unknownWords.learn(letters);
    return this.#unknownWords.reading(letters) ?? phonemes;
  }

  /** Tagged tokens; `[hibari](/hibˈɑɹi/)` is a token with a pronunciation of its own. */
  #tokens(text: string): TaggedToken[] {
    const tokens: TaggedToken[] = [];
    let start = 0;
    for (const match of text.matchAll(/\[([^\]]+)\]\(([^)]*)\)/gu)) {
      const [whole, word = '', target = ''] = match;
      if (!isPronunciation(target)) continue;
      const end = match.index + whole.length;
      tokens.push(...this.#tagged(text.slice(start, match.index)));
      tokens.push({
        text: word,
        tag: 'NN',
        phonemes: target.slice(1, -1),
        spaceAfter: /^\s/.test(text.slice(end)),
      });
      start = end;
    }
    tokens.push(...this.#tagged(text.slice(start)));
    return tokens;
  }

  #tagged(text: string): TaggedToken[] {
    const said = this.#speakable.say(text);
    const tokens = this.#tokenizer.tokenize(/\s$/.test(text) ? `${said} ` : said);
    const tags = this.#tagger.tag(tokens.map((token) => token.text));
    return tokens.map((token, index) => ({ ...token, tag: tags[index] ?? 'NN' }));
  }
}

/** A sentence that ends with "p.m." or a quote has lost its last mark on the way, and with it the fall of the voice. */
function withFinalMark(phonemes: string, sentence: string): string {
  const mark = /([.!?…])["”’'»)\]]*$/u.exec(sentence)?.[1];
  return mark === undefined || /[.!?…:;,—]["”)]*$/u.test(phonemes) ? phonemes : phonemes + mark;
}
