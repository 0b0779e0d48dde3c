import { cardinal, ordinal } from '../number-words.ts';
import type { SpeakableTables } from '../tables.ts';
import { anyOf, type Rule, WORD_END, WORD_START } from './rule.ts';

/** Clock times and dates. Dates with slashes are read the American way, month first, unless that is impossible. */
export function timeRules({ months }: Pick<SpeakableTables, 'months'>): Rule[] {
  const names = Object.values(months);
  const short = Object.keys(months).map((month) => `${month[0]?.toUpperCase()}${month.slice(1)}`);
  const anyMonth = anyOf(new Set([...names, ...short, 'Sept']));
  const fullName = (month: string): string => months[month.slice(0, 3).toLowerCase()] ?? month;
  const date = (year: string | undefined, month: number, day: number): string | undefined => {
    if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
    return `${names[month - 1]} ${ordinal(day)}${year ? `, ${year}` : ''}`;
  };

  return [
    // "9:00-17:00", "9am-5pm": the dash is said.
    { find: /(?<=\d(?:\s?[ap]\.?m\.?)?)\s?[-–]\s?(?=\d{1,2}(?::\d\d|\s?[ap]\.?m))/giu, say: () => ' to ' },
    {
      find: new RegExp(
        `${WORD_START}(\\d{1,2}):(\\d{2})(?::(\\d{2}))?(?:\\s?([AaPp])\\.?[Mm]\\.?(?![A-Za-z]))?(?!\\d)`,
        'gu',
      ),
      say: clockTime,
    },
    // "9 am": with dots, or the verb would be read.
    {
      find: /(?<![\p{L}\p{N}_.:,/-])(\d{1,2})\s?([AaPp])[Mm](?![\p{L}\p{N}_])/gu,
      say: ([, hour, half = ''], after) =>
        `${hour} ${half.toUpperCase()}.M${after.startsWith('.') ? '' : '.'}`,
    },
    {
      find: new RegExp(`${WORD_START}(\\d{4})-(\\d{2})-(\\d{2})${WORD_END}`, 'gu'),
      say: (match) => date(match[1], Number(match[2]), Number(match[3])) ?? match[0],
    },
    {
      find: new RegExp(`${WORD_START}(\\d{1,2})/(\\d{1,2})/(\\d{4}|\\d{2})${WORD_END}`, 'gu'),
      say(match) {
        const [first, second] = [Number(match[1]), Number(match[2])];
        const [month, day] = first <= 12 ? [first, second] : [second, first];
        return date(fullYear(match[3] ?? ''), month, day) ?? match[0];
      },
    },
    {
      find: new RegExp(
        `${WORD_START}(${anyMonth})\\.? (\\d{1,2})(?:st|nd|rd|th)?${WORD_END}(?![\\d:%])(,? \\d{4}${WORD_END})?`,
        'gu',
      ),
      say([whole, month = '', day, year = '']) {
        return isDay(day) ? `${fullName(month)} ${ordinal(Number(day))}${year}` : whole;
      },
    },
    {
      find: new RegExp(`${WORD_START}(?:the )?(\\d{1,2}) (?:of )?(${anyMonth})${WORD_END}\\.?`, 'gu'),
      say([whole, day, month = '']) {
        return isDay(day) ? `the ${ordinal(Number(day))} of ${fullName(month)}` : whole;
      },
    },
  ];
}

function clockTime([whole, hour, minute, second, half]: RegExpExecArray, after: string): string {
  const [h, m, s] = [Number(hour), Number(minute), Number(second ?? 0)];
  if (h > 24 || m > 59 || s > 59) return whole;
  let words = cardinal(h);
  if (m >= 10) words += ` ${cardinal(m)}`;
  else if (m > 0) words += ` oh ${cardinal(m)}`;
  else if (half === undefined && second === undefined) words += " o'clock";
  if (second !== undefined) words += ` and ${cardinal(s)} ${s === 1 ? 'second' : 'seconds'}`;
  // With dots, so that the letters are spelled; the last one is not doubled at the end of a sentence.
  if (half !== undefined) words += ` ${half.toUpperCase()}.M${after.startsWith('.') ? '' : '.'}`;
  return words;
}

function fullYear(digits: string): string {
  if (digits.length === 4) return digits;
  return `${Number(digits) > 30 ? '19' : '20'}${digits}`;
}

function isDay(digits: string | undefined): boolean {
  return Number(digits) >= 1 && Number(digits) <= 31;
}
