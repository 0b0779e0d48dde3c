const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES =
  ' thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion'.split(
    ' ',
  );
const IRREGULAR_ORDINALS: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** Digits one by one: `'007'` → `'zero zero seven'`. Anything that is not a digit is skipped. */
export function digitWords(digits: string): string {
  return [...digits]
    .flatMap((digit) => (digit >= '0' && digit <= '9' ? (ONES[Number(digit)] ?? []) : []))
    .join(' ');
}

/**
 * A whole number in words: `'1234'` → `'one thousand two hundred thirty-four'`. More than 36 digits are beyond the
 * names of numbers and are read one by one.
 *
 * @param digits ASCII digits only, any number of them.
 */
export function cardinal(digits: string | number): string {
  const text = String(digits).replace(/^0+(?=\d)/, '');
  if (text === '0') return 'zero';
  const groups: string[] = [];
  for (let end = text.length; end > 0; end -= 3) groups.unshift(text.slice(Math.max(0, end - 3), end));
  if (groups.length > SCALES.length) return digitWords(text);
  return groups
    .flatMap((group, index) => {
      const words = belowThousand(Number(group));
      const scale = SCALES[groups.length - 1 - index];
      return words === '' ? [] : scale ? [words, scale] : [words];
    })
    .join(' ');
}

/** A whole number as a place in a row: `'21'` → `'twenty-first'`. */
export function ordinal(digits: string | number): string {
  return cardinal(digits).replace(/[a-z]+$/, (last) => {
    const irregular = IRREGULAR_ORDINALS[last];
    if (irregular !== undefined) return irregular;
    return last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`;
  });
}

/** Four digits the way years are said: 1905 "nineteen oh five", 2005 "two thousand five", 2024 "twenty twenty-four". */
export function yearWords(digits: string): string {
  const century = Number(digits.slice(0, 2));
  const rest = Number(digits.slice(2));
  if (century === 0 || (century % 10 === 0 && rest < 10)) return cardinal(digits);
  if (rest === 0) return `${cardinal(century)} hundred`;
  return `${cardinal(century)} ${rest < 10 ? 'oh ' : ''}${cardinal(rest)}`;
}

function belowThousand(value: number): string {
  const words: string[] = [];
  if (value >= 100) words.push(`${ONES[Math.floor(value / 100)]} hundred`);
  const rest = value % 100;
  if (rest >= 20) words.push(`${TENS[Math.floor(rest / 10)]}${rest % 10 ? `-${ONES[rest % 10]}` : ''}`);
  else if (rest > 0) words.push(ONES[rest] ?? '');
  return words.join(' ');
}
