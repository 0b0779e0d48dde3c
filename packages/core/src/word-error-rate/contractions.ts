/** Short forms that are no rule. */
const WHOLE: Readonly<Record<string, string>> = {
  "can't": 'can not',
  cannot: 'can not',
  "won't": 'will not',
  "shan't": 'shall not',
  "let's": 'let us',
  "y'all": 'you all',
  "'cause": 'because',
  "'em": 'them',
  "'til": 'until',
  "'tis": 'it is',
  "'twas": 'it was',
  gonna: 'going to',
  wanna: 'want to',
  gotta: 'got to',
  gimme: 'give me',
  lemme: 'let me',
  dunno: 'do not know',
};

const ENDINGS: Readonly<Record<string, string>> = { "'ll": 'will', "'re": 'are', "'ve": 'have', "'m": 'am' };
/** After these, `'s` is a verb; after any other word it is taken for a possessive. */
const BEFORE_IS = new Set(
  'it he she that this there here what who where when why how everyone everything nothing somebody someone'.split(
    ' ',
  ),
);
/** What follows when `'s` is `has` and `'d` is `had`. */
const AFTER_HAVE = new Set('been had got gone done become come made seen taken given known'.split(' '));

/** The words of a short form (`it's` is `it`, `is`), or the word itself. `next` decides between `is` and `has`. */
export function expandContraction(word: string, next?: string): string[] {
  const whole = WHOLE[word];
  if (whole) return whole.split(' ');
  const negated = /^(\w+)n't$/.exec(word);
  if (negated?.[1] && word !== "ain't") return [negated[1], 'not'];
  const [, stem = '', ending = ''] = /^(\w+)('(?:ll|re|ve|m|s|d))$/.exec(word) ?? [];
  const have = AFTER_HAVE.has(next ?? '');
  if (ending === "'s") return BEFORE_IS.has(stem) ? [stem, have ? 'has' : 'is'] : [word];
  if (ending === "'d") return [stem, have || next === 'better' ? 'had' : 'would'];
  const second = ENDINGS[ending];
  return second ? [stem, second] : [word];
}
