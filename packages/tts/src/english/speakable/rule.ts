/** One way in which text is rewritten to what a person would say. */
export interface Rule {
  /** With the flags `g` and `u`. */
  readonly find: RegExp;
  /** What is said instead; returning `match[0]` leaves the text as it is. `after` is the text behind the match. */
  readonly say: (match: RegExpExecArray, after: string) => string;
}

/** A whole or decimal number with optional thousands separators, as a part of a pattern. */
export const NUMBER = '\\d+(?:,\\d{3})*(?:\\.\\d+)?';
/** Like `\b` in front of a word, for any script. */
export const WORD_START = '(?<![\\p{L}\\p{N}_])';
/** Like `\b` behind a word, for any script. */
export const WORD_END = '(?![\\p{L}\\p{N}_])';
/** Not inside a word and not behind a decimal point. */
export const NUMBER_START = '(?<![\\p{L}\\p{N}_.])';

/** The words as alternatives of a pattern, longest first. */
export function anyOf(words: Iterable<string>): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'))
    .join('|');
}

/** The text with every match of the rule rewritten. */
export function applyRule(text: string, { find, say }: Rule): string {
  let rewritten = '';
  let end = 0;
  for (const match of text.matchAll(find)) {
    const next = match.index + match[0].length;
    rewritten += text.slice(end, match.index) + say(match, text.slice(next, next + 40));
    end = next;
  }
  return end === 0 ? text : rewritten + text.slice(end);
}

/** "1 mile", "2 miles": the form of a word that goes with a written number. */
export function countForm(number: string, [singular, plural]: readonly [string, string]): string {
  return /^-?1(?:\.0)?$/.test(number.replaceAll(',', '')) ? singular : plural;
}
