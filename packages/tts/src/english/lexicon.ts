import { Dictionary, type DictionaryEntry, type DictionaryTable } from './dictionary.ts';
import { own } from './own.ts';
import { PRIMARY_STRESS, restress, SECONDARY_STRESS, type StressChange } from './phonemes.ts';
import { ENDINGS } from './suffixes.ts';

/** What is known of the words to the right, which are read first. */
export interface RightContext {
  /** Whether the next sound is a vowel; `null` before a pause and at the end. */
  readonly vowelNext: boolean | null;
  /** Whether the next word is "to". */
  readonly toNext: boolean;
}

/** Nothing to the right: the end of a sentence. */
export const END_OF_SENTENCE: RightContext = { vowelNext: null, toNext: false };

/** One word to be looked up. */
export interface LexiconQuery {
  readonly word: string;
  /** Penn Treebank tag; empty when the word stands alone. */
  readonly tag: string;
  readonly context: RightContext;
}

const SIGN_WORDS: Readonly<Record<string, string>> = { '%': 'percent', '&': 'and', '+': 'plus', '@': 'at' };

/**
 * Reads known words. The hand-checked dictionary ("gold") comes before the collected one ("silver"); an entry may depend
 * on the part of speech; a word that is not there is tried without its ending -s, -ed or -ing; capitals add stress, and
 * a word in capitals that is no word is spelled. The rules are those of misaki's English reader (Apache-2.0), which the
 * voice was trained on.
 */
export class Lexicon {
  readonly #gold: Dictionary;
  readonly #silver: Dictionary;

  constructor(gold: DictionaryTable, silver: DictionaryTable) {
    this.#gold = new Dictionary(gold);
    this.#silver = new Dictionary(silver);
  }

  /** The word's phonemes, or `undefined` when it is not known. */
  read(query: LexiconQuery): string | undefined {
    const { word } = query;
    const emphasis = capitalStress(word);
    return (
      this.#functionWord(query, emphasis !== undefined) ??
      this.#contentWord(this.#caseFolded(query), emphasis)
    );
  }

  /** A plain lower-case word out of context: number words, names of signs. */
  plain(word: string, change?: StressChange): string | undefined {
    return this.#lookUp({ word, tag: '', context: { vowelNext: false, toNext: false } }, change, false);
  }

  /** Letter by letter, stress on the last: "FBI". `undefined` when a letter is not of the Latin alphabet. */
  spell(word: string): string | undefined {
    const names: string[] = [];
    for (const letter of word.match(/\p{L}/gu) ?? []) {
      const name = this.#gold.get(letter.toUpperCase());
      if (typeof name !== 'string') return undefined;
      names.push(name);
    }
    if (names.length === 0) return undefined;
    const spelled = restress(names.join(''), 'secondary');
    const last = spelled.lastIndexOf(SECONDARY_STRESS);
    return last < 0 ? spelled : spelled.slice(0, last) + PRIMARY_STRESS + spelled.slice(last + 1);
  }

  /** Small words whose sound depends on their neighbours. */
  #functionWord({ word, tag, context }: LexiconQuery, emphasised: boolean): string | undefined {
    if (tag === 'ADD' && word === '.') return this.plain('dot', 'weaken');
    if (tag === 'ADD' && word === '/') return this.plain('slash', 'weaken');
    const sign = own(SIGN_WORDS, word);
    if (sign !== undefined) return this.#lookUp({ word: sign, tag: '', context }, undefined);
    if (isDottedInitials(word)) return this.spell(word);

    const lower = word.toLowerCase();
    const inCapitals = word.length > 1 && word === word.toUpperCase();
    if (!inCapitals && word.slice(1) !== lower.slice(1)) return undefined;
    switch (lower) {
      case 'a':
        return tag === 'DT' ? 'ɐ' : 'ˈA';
      case 'am':
        if (tag.startsWith('NN')) return this.spell(word);
        return context.vowelNext === null || emphasised ? this.#goldText('am') : 'ɐm';
      case 'an':
        return inCapitals && tag.startsWith('NN') ? this.spell(word) : 'ɐn';
      case 'i':
        return word === 'I' && tag === 'PRP' ? 'ˌI' : undefined;
      case 'by':
        return wordClass(tag) === 'ADV' ? 'bˈI' : undefined;
      case 'to':
        if (inCapitals && tag !== 'TO' && tag !== 'IN') return undefined;
        if (context.vowelNext === null) return this.#goldText('to');
        return context.vowelNext ? 'tʊ' : 'tə';
      case 'in':
        if (inCapitals && tag === 'NNP') return undefined;
        return context.vowelNext === null || tag !== 'IN' ? 'ˈɪn' : 'ɪn';
      case 'the':
        if (inCapitals && tag !== 'DT') return undefined;
        return context.vowelNext ? 'ði' : 'ðə';
      case 'used':
        return this.#goldText('used', (tag === 'VBD' || tag === 'JJ') && context.toNext ? 'VBD' : 'DEFAULT');
      case 'vs':
      case 'vs.':
        return tag === 'IN' ? this.#lookUp({ word: 'versus', tag: '', context }, undefined) : undefined;
      default:
        return undefined;
    }
  }

  #goldText(word: string, tag = 'DEFAULT'): string | undefined {
    const entry = this.#gold.get(word);
    return (typeof entry === 'object' ? entry[tag] : entry) ?? undefined;
  }

  /** A shouted or capitalised word stands for its small form when only that is in the dictionaries. */
  #caseFolded(query: LexiconQuery): LexiconQuery {
    const { word, tag } = query;
    const lower = word.toLowerCase();
    const foldable =
      word.length > 1 &&
      word !== lower &&
      /^'*\p{L}[\p{L}']*$/u.test(word) &&
      (tag !== 'NNP' || word.length > 7) &&
      !this.#gold.has(word) &&
      !this.#silver.has(word) &&
      (word === word.toUpperCase() || word.slice(1) === lower.slice(1));
    if (!foldable) return query;
    const folded = { ...query, word: lower };
    const known =
      this.#gold.has(lower) || this.#silver.has(lower) || this.#withEnding(folded, undefined) !== undefined;
    return known ? folded : query;
  }

  #contentWord(query: LexiconQuery, emphasis: StressChange | undefined): string | undefined {
    const { word } = query;
    if (this.#knows(word)) return this.#lookUp(query, emphasis);
    for (const [ending, replacement] of [
      ["s'", "'s"],
      ["'", ''],
    ] as const) {
      if (!word.endsWith(ending)) continue;
      const possessor = word.slice(0, -ending.length) + replacement;
      if (this.#knows(possessor)) return this.#lookUp({ ...query, word: possessor }, emphasis);
    }
    return this.#withEnding(query, emphasis);
  }

  #withEnding(query: LexiconQuery, emphasis: StressChange | undefined): string | undefined {
    for (const ending of ENDINGS) {
      const stem = ending.stems(query.word).find((candidate) => this.#knows(candidate));
      if (stem === undefined) continue;
      const change = ending.stressed ? (emphasis ?? 'at-least-secondary') : emphasis;
      const phonemes = this.#lookUp({ ...query, word: stem }, change);
      if (phonemes) return ending.attach(phonemes);
    }
    return undefined;
  }

  /** Whether a lookup can succeed: in a dictionary, a letter, or something that is spelled. */
  #knows(word: string): boolean {
    if (this.#gold.has(word) || this.#silver.has(word)) return true;
    if (!/^[A-Za-z]+$/.test(word)) return false;
    if (word.length === 1) return true;
    const allCapitals = word === word.toUpperCase();
    return (
      (allCapitals && this.#gold.has(word.toLowerCase())) || word.slice(1) === word.slice(1).toUpperCase()
    );
  }

  #lookUp(query: LexiconQuery, change: StressChange | undefined, maySpell = true): string | undefined {
    const shouted = query.word === query.word.toUpperCase() && !this.#gold.has(query.word);
    const word = shouted ? query.word.toLowerCase() : query.word;
    const isName = shouted && query.tag === 'NNP';

    const entry = this.#gold.get(word) ?? (isName ? undefined : this.#silver.get(word));
    const phonemes = entry === undefined ? undefined : forTag(entry, query);
    // A name in capitals that the dictionary only knows unstressed is an abbreviation: "IT", "US".
    if (phonemes == null || (isName && !phonemes.includes(PRIMARY_STRESS))) {
      const spelled = maySpell ? this.spell(word) : undefined;
      if (spelled !== undefined) return spelled;
    }
    return phonemes == null ? undefined : restress(phonemes, change);
  }
}

function forTag(entry: DictionaryEntry, { tag, context }: LexiconQuery): string | null | undefined {
  if (typeof entry === 'string') return entry;
  const byTag = (key: string): string | null | undefined => own(entry, key);
  if (context.vowelNext === null && byTag('None') !== undefined) return byTag('None');
  for (const key of [tag, wordClass(tag)]) if (byTag(key) !== undefined) return byTag(key);
  return byTag('DEFAULT');
}

/** The word class of a tag, as the dictionary names it. */
function wordClass(tag: string): string {
  if (tag.startsWith('VB')) return 'VERB';
  if (tag.startsWith('NN')) return 'NOUN';
  if (tag.startsWith('RB')) return 'ADV';
  if (tag.startsWith('JJ')) return 'ADJ';
  return tag;
}

function capitalStress(word: string): StressChange | undefined {
  if (word === word.toLowerCase()) return undefined;
  return word === word.toUpperCase() ? 'primary' : 'at-least-secondary';
}

/** "U.S.", "Ph.D.": letters with dots between, no piece longer than two. */
function isDottedInitials(word: string): boolean {
  const inner = word.replace(/^\.+|\.+$/g, '');
  if (!inner.includes('.') || !/^[\p{L}.]+$/u.test(word)) return false;
  return word.split('.').every((piece) => piece.length < 3);
}
