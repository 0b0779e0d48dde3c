import type { Lexicon } from './lexicon.ts';
import { hasSound } from './phonemes.ts';
import { inLatinLetters, scriptName } from './scripts-of-the-world.ts';

/** Guesses the phonemes of one word from its spelling; `''` when it has no letter that the guesser knows. */
export type SpellingModel = (word: string) => Promise<string>;

const MAX_REMEMBERED = 2000;

/**
 * Words that no dictionary has. Reading is synchronous and the model is not, so the first pass over a sentence collects
 * what is unknown, the model reads it, and the second pass finds it here.
 */
export class UnknownWords {
  readonly #model: SpellingModel;
  readonly #maxLetters: number;
  readonly #lexicon: Lexicon;
  readonly #readings = new Map<string, string>();

  /** @param maxLetters The longest word the model takes; longer ones are read in pieces. */
  constructor(model: SpellingModel, maxLetters: number, lexicon: Lexicon) {
    this.#model = model;
    this.#maxLetters = maxLetters;
    this.#lexicon = lexicon;
  }

  /** The reading, when {@link UnknownWords.learn} has found it before. */
  reading(word: string): string | undefined {
    return this.#readings.get(word);
  }

  /** Keeps the memory bounded; call it between sentences, not between learning a word and reading it. */
  forgetOldest(): void {
    for (const word of this.#readings.keys()) {
      if (this.#readings.size <= MAX_REMEMBERED) return;
      this.#readings.delete(word);
    }
  }

  /** Finds a reading, never an empty one. */
  async learn(word: string): Promise<void> {
    const phonemes = (await this.#guess(inLatinLetters(word))) || (await this.#guess(withoutAccents(word)));
    this.#readings.set(word, phonemes || this.#describe(word));
  }

  async #guess(word: string): Promise<string> {
    const letters = [...word];
    const pieceCount = Math.ceil(letters.length / this.#maxLetters);
    const pieceLetters = Math.ceil(letters.length / pieceCount);
    let phonemes = '';
    for (let start = 0; start < letters.length; start += pieceLetters) {
      phonemes += await this.#model(letters.slice(start, start + pieceLetters).join(''));
    }
    return hasSound(phonemes) ? phonemes : '';
  }

  #describe(word: string): string {
    const words = scriptName(word).split(' ');
    return words.flatMap((plain) => this.#lexicon.plain(plain) ?? []).join(' ');
  }
}

function withoutAccents(word: string): string {
  return word.normalize('NFKD').replaceAll(/\p{M}/gu, '');
}
