import { digitWords } from '../number-words.ts';
import type { Rule } from './rule.ts';

/** Telephone numbers: digit by digit, a pause between the groups. */
export const PHONE_RULES: readonly Rule[] = [
  {
    find: /(?<![\p{L}\p{N}_.+-])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?![\p{L}\p{N}_])/gu,
    say: ([whole]) => (whole.replace(/\D/g, '').length < 7 ? whole : `plus ${spokenGroups(whole)}`),
  },
  {
    find: /(?<![\p{L}\p{N}_.-])(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\p{L}\p{N}_-])/gu,
    say: ([whole]) => spokenGroups(whole),
  },
  { find: /(?<![\p{L}\p{N}_.-])\d{3}-\d{4}(?![\p{L}\p{N}_.-])/gu, say: ([whole]) => spokenGroups(whole) },
];

function spokenGroups(number: string): string {
  return (number.match(/\d+/g) ?? []).map(digitWords).join(', ');
}
