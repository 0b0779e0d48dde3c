import type { Lexicon } from './lexicon.ts';
import { cardinal, digitWords, ordinal, yearWords } from './number-words.ts';
import { withEd, withIng, withS } from './suffixes.ts';

/** The currencies whose sign stands before a number: name of the unit and of its hundredth. */
const CURRENCIES: Readonly<Record<string, { unit: string; hundredth: string; invariable?: boolean }>> = {
  $: { unit: 'dollar', hundredth: 'cent' },
  '£': { unit: 'pound', hundredth: 'pence', invariable: true },
  '€': { unit: 'euro', hundredth: 'cent' },
};

const NUMBER = /^(-?)([\d.,]*\d[\d.,]*)(ing|'d|ed|'s|st|nd|rd|th|s)?$/;
const ORDINAL_ENDING = /^(?:st|nd|rd|th)$/;

/** How a number stands in its sentence. */
export interface NumberQuery {
  readonly text: string;
  /** The currency sign in front of it. */
  readonly currency?: string | undefined;
  /** False when letters stand right before it: "H200" is read otherwise than "200". */
  readonly startsWord: boolean;
}

/** Whether the sign is a currency that {@link NumberReader} reads. */
export function isCurrencySign(text: string): boolean {
  return Object.hasOwn(CURRENCIES, text);
}

/** Reads figures: "1,250.99", "3rd", "90s", years, and amounts of money after their sign. Every written digit is said. */
export class NumberReader {
  readonly #lexicon: Lexicon;

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  /** The number's phonemes, or `undefined` when the text is not a number. */
  read(query: NumberQuery): string | undefined {
    const match = NUMBER.exec(query.text);
    if (!match) return undefined;
    const [, minus = '', figures = '', ending = ''] = match;
    if (minus !== '' && !query.startsWord) return undefined;

    const said = this.#say(wordsOf(figures, ending, query, minus !== ''));
    const number = minus === '' ? said : `${this.#lexicon.plain('minus')} ${said}`;
    if (ending === 's' || ending === "'s") return withS(number);
    if (ending === 'ed' || ending === "'d") return withEd(number);
    return ending === 'ing' ? withIng(number) : number;
  }

  /** The unit of a currency sign without a number after it: "$" → "dollars". */
  unitName(sign: string): string {
    return this.#say(plural(CURRENCIES[sign]?.unit ?? ''));
  }

  #say(words: string): string {
    return words
      .split(/[^a-z+]+/)
      .flatMap((word) => {
        if (word.endsWith('+')) return withS(this.#lexicon.plain(word.slice(0, -1)) ?? '');
        if (word === 'o') return 'O'; // The zero inside "B105", said in passing.
        return this.#lexicon.plain(word, word === 'point' ? 'none' : undefined) ?? [];
      })
      .join(' ');
  }
}

/** Marks a word that takes a plural -s when it is read. */
function plural(word: string): string {
  return `${word}+`;
}

function wordsOf(figures: string, ending: string, query: NumberQuery, negative: boolean): string {
  const isWhole = /^\d+$/.test(figures);
  const currency = CURRENCIES[query.currency ?? ''];
  if (ORDINAL_ENDING.test(ending) && /^[\d,]+$/.test(figures)) return ordinal(figures.replaceAll(',', ''));
  if (isWhole && /^0\d/.test(figures) && !currency) return digitWords(figures);
  if (isWhole && figures.length === 4 && !currency && !negative) return yearWords(figures);
  if (!query.startsWord && !figures.includes('.')) return afterLetters(figures.replaceAll(',', ''));
  if (!query.startsWord || /\..*\./.test(figures)) return dottedGroups(figures);
  if (currency) return amount(figures.replaceAll(',', ''), currency);
  if (/^\d+(?:,\d+)+$/.test(figures) && !/^\d{1,3}(?:,\d{3})+$/.test(figures)) {
    return figures.split(',').map(cardinal).join(' ');
  }
  return decimal(figures.replaceAll(',', ''));
}

/** Figures glued to letters: "H200" two hundred, "A320" three twenty, "T1000" one zero zero zero. */
function afterLetters(digits: string): string {
  if (digits.startsWith('0') || digits.length > 3) return digitWords(digits);
  if (digits.length < 3 || digits.endsWith('00')) return cardinal(digits);
  const hundreds = digitWords(digits.slice(0, 1));
  return digits[1] === '0'
    ? `${hundreds} o ${digitWords(digits.slice(2))}`
    : `${hundreds} ${cardinal(digits.slice(1))}`;
}

/** Version numbers and the like: "2.0.1". */
function dottedGroups(figures: string): string {
  return figures
    .replaceAll(',', '')
    .split('.')
    .filter((group) => group !== '')
    .map((group) => {
      const digitByDigit = group.startsWith('0') || (group.length !== 2 && /[1-9]/.test(group.slice(1)));
      return digitByDigit ? digitWords(group) : cardinal(group);
    })
    .join(' point ');
}

function decimal(figures: string): string {
  const [whole = '', fraction = ''] = figures.split('.');
  const before = whole === '' ? '' : cardinal(whole);
  return fraction === '' ? before : `${before} point ${digitWords(fraction)}`;
}

function amount(
  figures: string,
  { unit, hundredth, invariable }: { unit: string; hundredth: string; invariable?: boolean },
): string {
  const [whole = '', fraction = ''] = figures.split('.');
  if (fraction.length > 2) return `${decimal(figures)} ${plural(unit)}`;
  const units = BigInt(whole || '0');
  const hundredths = Number(fraction.padEnd(2, '0'));
  const parts: string[] = [];
  if (units > 0n || hundredths === 0)
    parts.push(`${cardinal(whole || '0')} ${units === 1n ? unit : plural(unit)}`);
  if (hundredths > 0) {
    parts.push(`${cardinal(hundredths)} ${hundredths === 1 || invariable ? hundredth : plural(hundredth)}`);
  }
  return parts.join(' and ');
}
