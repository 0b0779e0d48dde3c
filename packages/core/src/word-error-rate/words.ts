import { expandContraction } from './contractions.ts';
import {
  cardinalWords,
  decadeWords,
  decimalWords,
  digitWords,
  isMultiplier,
  isNumberWord,
  numberWordValue,
  ordinalWords,
  twoDigitWords,
} from './numbers.ts';

const CURRENCIES: Readonly<Record<string, readonly [unit: string, hundredth: string]>> = {
  $: ['dollar', 'cent'],
  '£': ['pound', 'penny'],
  '€': ['euro', 'cent'],
};

/** What stands behind a number and is read as a word; the singular, which gets its s when the number is not one. */
const UNITS: Readonly<Record<string, string>> = {
  '°c': 'degree celsius',
  '°f': 'degree fahrenheit',
  '°': 'degree',
  km: 'kilometer',
  m: 'meter',
  cm: 'centimeter',
  mm: 'millimeter',
  ft: 'foot',
  lb: 'pound',
  lbs: 'pound',
  oz: 'ounce',
  kg: 'kilogram',
  g: 'gram',
  mg: 'milligram',
  l: 'liter',
  ml: 'milliliter',
  mph: 'mile per hour',
  'km/h': 'kilometer per hour',
  kph: 'kilometer per hour',
  h: 'hour',
  hrs: 'hour',
  min: 'minute',
  mins: 'minute',
  s: 'second',
  sec: 'second',
  ms: 'millisecond',
  gb: 'gigabyte',
  mb: 'megabyte',
  kb: 'kilobyte',
  hz: 'hertz',
  khz: 'kilohertz',
  mhz: 'megahertz',
  ghz: 'gigahertz',
  w: 'watt',
  kw: 'kilowatt',
  kwh: 'kilowatt hour',
  v: 'volt',
};
const UNITS_LONGEST_FIRST = Object.keys(UNITS).sort((a, b) => b.length - a.length);

const FRACTIONS: Readonly<Record<string, string>> = {
  '1/2': 'one half',
  '1/3': 'one third',
  '2/3': 'two thirds',
  '1/4': 'one quarter',
  '3/4': 'three quarters',
};
const FRACTION_CHARACTERS: Readonly<Record<string, string>> = {
  '½': ' 1/2',
  '⅓': ' 1/3',
  '⅔': ' 2/3',
  '¼': ' 1/4',
  '¾': ' 3/4',
};

/** Words that are one thing, said or written in two ways. */
const SAME_WORDS: Readonly<Record<string, string>> = {
  mr: 'mister',
  mrs: 'missus',
  dr: 'doctor',
  prof: 'professor',
  vs: 'versus',
  etc: 'et cetera',
  ok: 'okay',
  alright: 'all right',
};

const NUMBER = String.raw`\d+(?:,\d{3})+(?:\.\d+)?|\d*(?:\.\d+)+|\d+`;

/**
 * A text as the words in which it is said, so that two spellings of the same speech compare equal: `"It's $5.50."` gives
 * `it is five dollars and fifty cents`. Years and counted numbers come out alike (`1984` and `one thousand nine hundred
 * and eighty-four` are both `nineteen eighty four`), since writing does not tell them apart.
 */
export function spokenWords(text: string): string[] {
  const spelled = spellSymbols(spellNumbers(foldCharacters(text)));
  const words = spelled.split(/\s+/).filter((word) => word !== '');
  const plain = words.flatMap((word, index) =>
    expandContraction(word, words[index + 1])
      .map((part) => part.replaceAll("'", ''))
      .flatMap((part) => (SAME_WORDS[part] ?? part).split(' ')),
  );
  return likeNumbers(joinSpelledLetters(plain.filter((word) => word !== '')));
}

/** Lower case, plain quotes and dashes, no accents, letters of abbreviations together. */
function foldCharacters(text: string): string {
  return text
    .replace(/[½⅓⅔¼¾]/g, (character) => FRACTION_CHARACTERS[character] ?? character)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc`]/g, "'")
    .replace(/\u2212/g, '-')
    .replace(/[\u2010-\u2015]/g, ' - ')
    .replace(/\b(?:\p{L}\.){2,}/gu, (letters) => letters.replaceAll('.', ''));
}

function spellNumbers(text: string): string {
  return text
    .replace(/(^|[\s(])-(?=[\d.$£€])/g, '$1 minus ')
    .replace(
      new RegExp(`([$£€])\\s?(${NUMBER})(?:\\s?(hundred|thousand|million|billion|trillion)\\b)?`, 'g'),
      (_all, symbol: string, amount: string, scale?: string) => money(symbol, amount, scale),
    )
    .replace(new RegExp(`(${NUMBER})\\s?([£€])`, 'g'), (_all, amount: string, symbol: string) =>
      money(symbol, amount, undefined),
    )
    .replace(
      /\b(\d{1,2}):([0-5]\d)\b(?:\s*([ap])\.?\s?m\b)?/g,
      (_all, hour: string, minute: string, half?: string) => timeOfDay(hour, minute, half),
    )
    .replace(/\b\d{3}-(?:\d{3}-)?\d{4}\b/g, (digits) => ` ${digitWords(digits.replaceAll('-', ''))} `)
    .replace(/\b([123])\/([234])\b/g, (fraction) => FRACTIONS[fraction] ?? fraction)
    .replace(/\b(\d[\d,]*)(?:st|nd|rd|th)\b/g, (_all, digits: string) => ordinalWords(withoutCommas(digits)))
    .replace(/'?\b(\d0|\d{3}0)'?s\b/g, (_all, digits: string) => decadeWords(digits))
    .replace(
      new RegExp(`(${NUMBER})(?:\\s?(${UNITS_LONGEST_FIRST.join('|')})(?![\\p{L}\\d/]))?`, 'gu'),
      (_all, number: string, unit?: string) => ` ${plainNumber(number)}${unitWords(number, unit)} `,
    );
}

function spellSymbols(text: string): string {
  return text
    .replaceAll('%', ' percent ')
    .replace(/\bper cent\b/g, 'percent')
    .replaceAll('&', ' and ')
    .replaceAll('+', ' plus ')
    .replaceAll('=', ' equals ')
    .replaceAll('@', ' at ')
    .replace(/#(?=\s*[a-z])/g, ' number ')
    .replace(/[^\p{L}\p{N}']+/gu, ' ');
}

function money(symbol: string, amount: string, scale: string | undefined): string {
  const [unit, hundredth] = CURRENCIES[symbol] ?? ['', ''];
  const number = withoutCommas(amount);
  if (scale) return ` ${plainNumber(number)} ${scale} ${unit}s `;
  const [, whole = '0', hundredths] = /^(\d*)\.(\d{2})$/.exec(number) ?? [];
  if (hundredths === undefined) return ` ${plainNumber(number)} ${counted(unit, number)} `;
  const parts: string[] = [];
  if (Number(whole) > 0) parts.push(`${cardinalWords(whole)} ${counted(unit, whole)}`);
  const small = String(Number(hundredths));
  if (small !== '0' || parts.length === 0) parts.push(`${cardinalWords(small)} ${counted(hundredth, small)}`);
  return ` ${parts.join(' and ')} `;
}

function timeOfDay(hour: string, minute: string, half: string | undefined): string {
  const hours = cardinalWords(String(Number(hour)));
  const minutes = minute === '00' ? (half ? '' : " o'clock") : ` ${cardinalWords(minute)}`;
  return ` ${hours}${minutes}${half ? ` ${half}m` : ''} `;
}

function plainNumber(number: string): string {
  const digits = withoutCommas(number);
  return digits.includes('.') ? decimalWords(digits) : cardinalWords(digits);
}

function unitWords(number: string, unit: string | undefined): string {
  const [first = '', ...others] = (UNITS[unit ?? ''] ?? '').split(' ');
  return first === '' ? '' : ` ${[counted(first, number), ...others].join(' ')}`;
}

function counted(unit: string, number: string): string {
  if (number === '1' || unit.endsWith('hertz')) return unit;
  return { foot: 'feet', penny: 'pence' }[unit] ?? `${unit}s`;
}

function withoutCommas(number: string): string {
  return number.replaceAll(',', '');
}

/** `p m` after a number is `pm`. */
function joinSpelledLetters(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    const afterNumber = isNumberWord(joined.at(-2)) || joined.at(-2) === 'oclock';
    if (word === 'm' && (before === 'a' || before === 'p') && afterNumber)
      joined[joined.length - 1] = `${before}m`;
    else joined.push(word);
  }
  return joined;
}

/** One way of saying a number out of several: "a hundred and five", "nineteen hundred and five", "two thousand ten", "oh". */
function likeNumbers(words: readonly string[]): string[] {
  const counting = words.flatMap((word, index) => {
    const before = words[index - 1];
    const after = words[index + 1];
    if (word === 'and' && isMultiplier(before) && isNumberWord(after)) return [];
    if (word === 'a' && (isMultiplier(after) || after === 'half' || after === 'quarter')) return ['one'];
    if ((word === 'oh' || word === 'o') && isNumberWord(before) && isNumberWord(after)) return ['zero'];
    return [word];
  });
  return likeYears(counting);
}

/** Four-digit numbers in pairs of digits, where they can be said so: `one thousand nine hundred eighty four`. */
function likeYears(words: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < words.length; ) {
    const year = isNumberWord(result.at(-1)) ? undefined : pairsAt(words, i);
    result.push(...(year?.words ?? [words[i] ?? '']));
    i += year?.length ?? 1;
  }
  return result;
}

function pairsAt(words: readonly string[], start: number): { words: string[]; length: number } | undefined {
  const first = numberBelowHundredAt(words, start);
  if (!first) return undefined;
  let at = start + first.length;
  let hundreds = first.value;
  let counted = false;
  if (words[at] === 'thousand' && first.value < 10) {
    at += 1;
    hundreds *= 10;
    const more = numberWordValue(words[at]);
    if (words[at + 1] === 'hundred' && more !== undefined && more > 0 && more < 10) {
      hundreds += more;
      at += 2;
      counted = true;
    }
  } else if (words[at] === 'hundred' && first.value >= 10 && first.value % 10 > 0) {
    at += 1;
    counted = true;
  } else {
    return undefined;
  }
  const rest = numberBelowHundredAt(words, at);
  const head = twoDigitWords(hundreds).split(' ');
  if (!rest || isMultiplier(words[at + rest.length])) {
    return counted ? { words: [...head, 'hundred'], length: at - start } : undefined;
  }
  // "Two thousand five" has no other way to be said; "nineteen hundred five" is "nineteen oh five".
  if (!counted && rest.value < 10) return undefined;
  const tail = twoDigitWords(rest.value).split(' ');
  return {
    words: [...head, ...(rest.value < 10 ? ['zero', ...tail] : tail)],
    length: at + rest.length - start,
  };
}

function numberBelowHundredAt(
  words: readonly string[],
  at: number,
): { value: number; length: number } | undefined {
  const value = numberWordValue(words[at]);
  if (value === undefined) return undefined;
  const ones = numberWordValue(words[at + 1]);
  if (value >= 20 && ones !== undefined && ones > 0 && ones < 10) return { value: value + ones, length: 2 };
  return { value, length: 1 };
}
