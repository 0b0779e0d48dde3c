import { END_OF_SENTENCE, type Lexicon, type RightContext } from './lexicon.ts';
import { isCurrencySign, NumberReader } from './number-reader.ts';
import { PRIMARY_STRESS, restress, soundWeight, startsWithVowel } from './phonemes.ts';
import { isSilentJoiner, mustBeHeard, type TaggedToken, type WordPart, wordsOf } from './word-parts.ts';

/** Reads a word that no dictionary has. It must find something: silence would lose a word. */
export type ReadUnknown = (word: string) => string;

const SIGN_PHONEMES: Readonly<Record<string, string>> = {
  '/': 'slˈæʃ',
  '=': 'ˈikwᵊlz',
  '+': 'plˈʌs',
  '&': 'ænd',
  '@': 'æt',
  '%': 'pəɹsˈɛnt',
  '#': 'hˈæʃ',
  '*': 'ˈæstəɹˌɪsk',
  '~': 'tˈɪldə',
  '^': 'kˈɛɹət',
  '<': 'lˈɛs ðən',
  '>': 'ɡɹˈATəɹ ðən',
  '—': '—',
};

/** Words inside something unreadable: letters, figures, or a run of signs. */
const UNKNOWN_PIECES =
  /[\p{L}\p{M}\p{Nl}\p{No}]+(?:['’][\p{L}\p{M}\p{Nl}\p{No}]+)*|\p{Nd}+(?:[,.]\p{Nd}+)*|[^\p{L}\p{N}_\s]+/gu;

/** A part with the reading that has been found for it. */
interface ReadPart extends WordPart {
  reading?: string;
  /** Whether the reading is set apart by a space from the one before. */
  apart?: boolean;
}

/** Turns tagged tokens into phonemes, from right to left, since a word's sound depends on the next word's. */
export class Reader {
  readonly #lexicon: Lexicon;
  readonly #numbers: NumberReader;

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
    this.#numbers = new NumberReader(lexicon);
  }

  /** One line of phonemes, with a space wherever the text has one. */
  read(tokens: readonly TaggedToken[], readUnknown: ReadUnknown): string {
    let context = END_OF_SENTENCE;
    const readings: string[] = [];
    for (const word of wordsOf(tokens).reverse()) {
      const phonemes = this.#word(word, context, readUnknown).replaceAll('ɾ', 'T').replaceAll('ʔ', 't');
      readings.push(phonemes + (word.at(-1)?.spaceAfter ? ' ' : ''));
      context = contextBefore(context, phonemes, word[0]);
    }
    return readings.reverse().join('').replace(/ {2,}/g, ' ').trim();
  }

  #word(word: readonly WordPart[], context: RightContext, readUnknown: ReadUnknown): string {
    const [only] = word;
    if (word.length !== 1 || only === undefined) return this.#compound(word, context, readUnknown);
    return only.phonemes ?? this.#known(only, context) ?? this.#unknown(only.text, readUnknown);
  }

  #known(part: WordPart, context: RightContext): string | undefined {
    const word = plainForm(part.alias ?? part.text);
    const { tag, currency, startsWord } = part;
    const fromLexicon = this.#lexicon.read({ word, tag, context });
    if (fromLexicon !== undefined) return fromLexicon;
    return isCurrencySign(word)
      ? this.#numbers.unitName(word)
      : this.#numbers.read({ text: word, currency, startsWord });
  }

  /**
   * A word of several parts: the longest stretch at its right end that can be read is read, then what is left of it. When
   * a part cannot be read at all, the whole word goes to the reader of unknown words.
   */
  #compound(word: readonly WordPart[], context: RightContext, readUnknown: ReadUnknown): string {
    const parts: ReadPart[] = word.map((part) => ({ ...part }));
    let ahead = context;
    let left = 0;
    let right = parts.length;
    while (left < right) {
      const merged = mergeParts(parts.slice(left, right));
      const reading = this.#known(merged, ahead);
      const first = parts[left];
      if (reading !== undefined && first) {
        first.reading = reading;
        for (const covered of parts.slice(left + 1, right)) covered.reading = '';
        ahead = contextBefore(ahead, reading, merged);
        right = left;
        left = 0;
      } else if (left + 1 < right) {
        left++;
      } else {
        right--;
        left = 0;
        const part = parts[right];
        if (part && !isSilentJoiner(part.text)) return this.#unknown(mergeParts(parts).text, readUnknown);
        if (part) part.reading = '';
      }
    }
    return joined(settleStress(parts));
  }

  #unknown(text: string, readUnknown: ReadUnknown): string {
    const pieces = text.match(UNKNOWN_PIECES) ?? [];
    return pieces
      .map((piece) => {
        if (/^\p{Nd}/u.test(piece)) {
          return this.#numbers.read({ text: plainForm(piece), startsWord: false }) ?? readUnknown(piece);
        }
        if (mustBeHeard(piece)) return readUnknown(piece);
        return [...piece]
          .map((sign) => (isCurrencySign(sign) ? this.#numbers.unitName(sign) : (SIGN_PHONEMES[sign] ?? '')))
          .join('');
      })
      .filter((reading) => reading !== '')
      .join(' ');
  }
}

/** What a word hears to its right once this one is read. */
function contextBefore(context: RightContext, phonemes: string, part: WordPart | undefined): RightContext {
  const vowelNext = startsWithVowel(phonemes);
  const toNext =
    part?.text === 'to' || part?.text === 'To' || (part?.text === 'TO' && ['TO', 'IN'].includes(part.tag));
  return { vowelNext: vowelNext === undefined ? context.vowelNext : vowelNext, toNext };
}

/** Straight apostrophes, compatibility forms resolved ("ﬁ", "²"), every figure an ASCII one. */
function plainForm(text: string): string {
  return text
    .replaceAll(/[‘’]/g, "'")
    .normalize('NFKC')
    .replaceAll(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

/** The value of a decimal digit of any script: Unicode keeps them in runs of ten. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let below = 0;
  while (below < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - below - 1))) below++;
  return below;
}

/** The parts as one; it has the tag of the part with most letters, capitals counting twice. */
function mergeParts(parts: readonly WordPart[]): WordPart {
  const [first] = parts;
  let heaviest = first;
  for (const part of parts) if (letterWeight(part.text) > letterWeight(heaviest?.text ?? '')) heaviest = part;
  return {
    text: parts.map((part) => part.text).join(''),
    tag: heaviest?.tag ?? '',
    spaceAfter: parts.at(-1)?.spaceAfter ?? false,
    startsWord: first?.startsWord ?? true,
    currency: parts.find((part) => part.currency !== undefined)?.currency,
  };
}

function letterWeight(text: string): number {
  let weight = 0;
  for (const letter of text) weight += letter === letter.toLowerCase() ? 1 : 2;
  return weight;
}

/**
 * Parts of different kinds ("H-200", "and/or") and several numbers are set apart. Parts of one kind ("well-known") are one word, in which
 * about half of the parts keep their full stress.
 */
function settleStress(parts: readonly ReadPart[]): readonly ReadPart[] {
  const text = parts.map((part) => part.text).join('');
  const kinds = new Set([...text].filter((mark) => !isSilentJoiner(mark)).map(kindOf));

  if (text.includes('/') || kinds.size > 1 || kinds.has('figure')) {
    for (const part of parts.slice(1)) part.apart = true;
    return parts;
  }

  const sounding = parts.filter((part) => part.reading);
  const [first, second] = sounding;
  if (sounding.length === 2 && first && second && first.text.length === 1) {
    second.reading = restress(second.reading ?? '', 'weaken');
    return parts;
  }
  const strong = (part: ReadPart): number => (part.reading?.includes(PRIMARY_STRESS) ? 1 : 0);
  const strongCount = sounding.filter(strong).length;
  if (sounding.length < 2 || strongCount <= Math.floor((sounding.length + 1) / 2)) return parts;
  const lightestFirst = [...sounding].sort(
    (a, b) => strong(a) - strong(b) || soundWeight(a.reading ?? '') - soundWeight(b.reading ?? ''),
  );
  for (const part of lightestFirst.slice(0, Math.floor(sounding.length / 2))) {
    part.reading = restress(part.reading ?? '', 'weaken');
  }
  return parts;
}

function kindOf(mark: string): 'letter' | 'figure' | 'mark' {
  if (/\p{L}/u.test(mark)) return 'letter';
  return /\d/.test(mark) ? 'figure' : 'mark';
}

function joined(parts: readonly ReadPart[]): string {
  let phonemes = '';
  for (const { reading = '', apart } of parts) {
    if (apart && phonemes !== '' && reading !== '' && !phonemes.endsWith(' ')) phonemes += ' ';
    phonemes += reading;
  }
  return phonemes;
}
