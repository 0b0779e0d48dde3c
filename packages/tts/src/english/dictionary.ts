import { own } from './own.ts';

/** Phonemes, or phonemes by part of speech; `null` where a word is spelled letter by letter ("US" as a noun). */
export type DictionaryEntry = string | Readonly<Record<string, string | null>>;

/** A parsed pronouncing dictionary. */
export type DictionaryTable = Readonly<Record<string, DictionaryEntry>>;

/** A pronouncing dictionary in which `word` also answers to `Word`, and `Word` to `word`, unless that has its own entry. */
export class Dictionary {
  readonly #table: DictionaryTable;

  constructor(table: DictionaryTable) {
    this.#table = table;
  }

  get(word: string): DictionaryEntry | undefined {
    const exact = own(this.#table, word);
    if (exact !== undefined || word.length < 2) return exact;
    const lower = word.toLowerCase();
    const capitalised = word[0]?.toUpperCase() + lower.slice(1);
    if (word === lower) return word === capitalised ? undefined : own(this.#table, capitalised);
    return word === capitalised ? own(this.#table, lower) : undefined;
  }

  has(word: string): boolean {
    return this.get(word) !== undefined;
  }
}
