const ONES = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
  'seventeen eighteen nineteen'
).split(' ');
const TENS = '_ ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES = ['', 'thousand', 'million', 'billion', 'trillion'];
const IRREGULAR_ORDINALS: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};
/** Beyond this a run of digits is read digit by digit. */
const MAX_CARDINAL_DIGITS = 15;

const VALUES: ReadonlyMap<string, number> = new Map([
  ...ONES.map((word, value) => [word, value] as const),
  ...TENS.slice(2).map((word, index) => [word, (index + 2) * 10] as const),
]);
const MULTIPLIERS = new Set(['hundred', ...SCALES.slice(1)]);

/** The value of a word from `zero` to `nineteen`, or of a ten such as `forty`. */
export function numberWordValue(word: string | undefined): number | undefined {
  return VALUES.get(word ?? '');
}

/** Whether a word is part of how numbers are said. */
export function isNumberWord(word: string | undefined): boolean {
  return numberWordValue(word) !== undefined || MULTIPLIERS.has(word ?? '');
}

/** `hundred`, `thousand`, … */
export function isMultiplier(word: string | undefined): boolean {
  return MULTIPLIERS.has(word ?? '');
}

/** Each digit by its name: `'07'` is `zero seven`. */
export function digitWords(digits: string): string {
  return [...digits].map((digit) => ONES[Number(digit)]).join(' ');
}

/** A whole number as it is counted, without "and": `'1984'` is `one thousand nine hundred eighty four`; `'007'` is read out. */
export function cardinalWords(digits: string): string {
  if (digits.length > MAX_CARDINAL_DIGITS || /^0\d/.test(digits)) return digitWords(digits);
  if (digits === '0') return 'zero';
  const groups: string[] = [];
  let rest = Number(digits);
  for (let scale = 0; rest > 0; scale += 1, rest = Math.floor(rest / 1000)) {
    if (rest % 1000 > 0) groups.unshift(`${belowThousand(rest % 1000)} ${SCALES[scale]}`.trim());
  }
  return groups.join(' ');
}

/** A number with one or more points: `'3.14'` is `three point one four`. */
export function decimalWords(number: string): string {
  const [whole = '', ...parts] = number.split('.');
  return [cardinalWords(whole === '' ? '0' : whole), ...parts.map((part) => digitWords(part))].join(
    ' point ',
  );
}

/** `'21'` is `twenty first`. */
export function ordinalWords(digits: string): string {
  return replaceLastWord(cardinalWords(digits), (word) =>
    word.endsWith('y') ? `${word.slice(0, -1)}ieth` : (IRREGULAR_ORDINALS[word] ?? `${word}th`),
  );
}

/** `'80'` is `eighties`, `'1980'` is `nineteen eighties`. */
export function decadeWords(digits: string): string {
  const century = digits.length === 4 && !digits.startsWith('00', 1) ? Number(digits.slice(0, 2)) : undefined;
  if (century === undefined) return plural(cardinalWords(digits));
  const years = digits.slice(2);
  return `${twoDigitWords(century)} ${years === '00' ? 'hundreds' : plural(cardinalWords(years))}`;
}

function plural(words: string): string {
  return replaceLastWord(words, (word) => (word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`));
}

/** 0 to 99. */
export function twoDigitWords(value: number): string {
  if (value < 20) return ONES[value] ?? '';
  const ones = value % 10;
  return `${TENS[Math.floor(value / 10)]}${ones > 0 ? ` ${ONES[ones]}` : ''}`;
}

function belowThousand(value: number): string {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const words = hundreds > 0 ? [`${ONES[hundreds]} hundred`] : [];
  if (rest > 0) words.push(twoDigitWords(rest));
  return words.join(' ');
}

function replaceLastWord(words: string, replace: (word: string) => string): string {
  return words.replace(/\w+$/, replace);
}
