import type { SpeakableTables } from '../tables.ts';
import { anyOf, countForm, NUMBER, NUMBER_START, type Rule, WORD_END } from './rule.ts';

const LARGE = '(hundred|thousand|million|billion|trillion|[kKmMbB]\\b)';
const LARGE_WORDS: Readonly<Record<string, string>> = { k: 'thousand', m: 'million', b: 'billion' };

/** Units that the model's own table lacks. */
const MORE_UNITS: Readonly<Record<string, readonly [string, string]>> = {
  m: ['meter', 'meters'],
  g: ['gram', 'grams'],
  L: ['liter', 'liters'],
  l: ['liter', 'liters'],
  h: ['hour', 'hours'],
  V: ['volt', 'volts'],
  W: ['watt', 'watts'],
  dB: ['decibel', 'decibels'],
  kcal: ['kilocalorie', 'kilocalories'],
  'm/s': ['meter per second', 'meters per second'],
  'm²': ['square meter', 'square meters'],
  'm³': ['cubic meter', 'cubic meters'],
  'cm²': ['square centimeter', 'square centimeters'],
  'km²': ['square kilometer', 'square kilometers'],
  'kB/s': ['kilobyte per second', 'kilobytes per second'],
  'MB/s': ['megabyte per second', 'megabytes per second'],
  'GB/s': ['gigabyte per second', 'gigabytes per second'],
};

/** Currencies that the model's own table lacks. */
const MORE_CURRENCIES: Readonly<Record<string, readonly [string, string]>> = {
  US$: ['U.S. dollar', 'U.S. dollars'],
  A$: ['Australian dollar', 'Australian dollars'],
  C$: ['Canadian dollar', 'Canadian dollars'],
  '₽': ['ruble', 'rubles'],
  '₺': ['lira', 'lira'],
  '₪': ['shekel', 'shekels'],
  '₫': ['dong', 'dong'],
  '₦': ['naira', 'naira'],
  '₱': ['peso', 'pesos'],
  '฿': ['baht', 'baht'],
  '₿': ['bitcoin', 'bitcoins'],
};

/** Money, temperatures, measures. Amounts after $, £ and € are left to the reader of numbers. */
export function amountRules(tables: Pick<SpeakableTables, 'currency' | 'units'>): Rule[] {
  const currency = { ...MORE_CURRENCIES, ...tables.currency };
  const units = { ...MORE_UNITS, ...tables.units };
  const money = (sign: string): readonly [string, string] => currency[sign.replace('.', '')] ?? [sign, sign];
  const large = (word: string): string => LARGE_WORDS[word.toLowerCase()] ?? word;

  return [
    {
      find: /(?<![\p{L}\p{N}])(?:[-−]\s?([$£€])|([$£€])[-−])(?=[\d.])/gu,
      say: (match) => `minus ${match[1] ?? match[2]}`,
    },
    { find: /(?<=[$£€][\d.,]*\d[kKmMbB]?)\s?[-–]\s?(?=[$£€]\d)/gu, say: () => ' to ' },
    {
      find: new RegExp(`(?<![A-Z])([$£€])(${NUMBER})\\s?${LARGE}`, 'gu'),
      say: ([, sign = '', number = '', word = '']) => `${number} ${large(word)} ${money(sign)[1]}`,
    },
    {
      find: new RegExp(`${NUMBER_START}(${NUMBER})\\s?¢`, 'gu'),
      say: ([, number = '']) => `${number} ${countForm(number, money('¢'))}`,
    },
    {
      find: new RegExp(
        `(?<![\\p{L}\\p{N}_])(${anyOf([...Object.keys(MORE_CURRENCIES), '¥', '₹', '₩'])}|Rs\\.?|USD|EUR|GBP)\\s?(${NUMBER})(?:\\s?${LARGE})?`,
        'gu',
      ),
      say([, sign = '', number = '', word]) {
        return word
          ? `${number} ${large(word)} ${money(sign)[1]}`
          : `${number} ${countForm(number, money(sign))}`;
      },
    },
    {
      find: new RegExp(`${NUMBER_START}([-−]?${NUMBER})\\s?[°º]\\s?([CF])?${WORD_END}`, 'gu'),
      say([, number = '', scale]) {
        const degrees = `${number} ${countForm(number, ['degree', 'degrees'])}`;
        return scale ? `${degrees} ${scale === 'C' ? 'Celsius' : 'Fahrenheit'}` : degrees;
      },
    },
    {
      find: new RegExp(`${NUMBER_START}([-−]?${NUMBER})\\s?(${anyOf(Object.keys(units))})${WORD_END}`, 'gu'),
      say([, number = '', unit = '']) {
        return `${number} ${countForm(number, units[unit] ?? [unit, unit])}`;
      },
    },
  ];
}
