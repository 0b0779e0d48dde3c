import { ordinal } from '../number-words.ts';
import type { SpeakableTables } from '../tables.ts';
import type { Rule } from './rule.ts';

const PARTS = ['', '', 'half', 'third', 'quarter', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/** Numbers beside numbers: fractions, ranges, signs and sums. */
export function relationRules({ months }: Pick<SpeakableTables, 'months'>): Rule[] {
  const names = Object.values(months);
  return [
    {
      find: /(?<![\p{L}\p{N}/.])(24\/7|50\/50)(?![\p{L}\p{N}/])/gu,
      say: ([whole]) => whole.replace('/', ' '),
    },
    {
      find: /(?<![\p{L}\p{N}_./])(\d{1,2})\/(\d{1,2})(?![\p{L}\p{N}_./])/gu,
      say([, first, second]) {
        const [over, under] = [Number(first), Number(second)];
        if (over > 0 && over < under && under <= 10) return fraction(over, under);
        const month = names[over - 1];
        return month && under >= 1 && under <= 31 ? `${month} ${ordinal(under)}` : `${over} slash ${under}`;
      },
    },
    { find: /(?<=\d)\s?[-−–]\s?(?=\d[\d.,]*\s?=)/gu, say: () => ' minus ' },
    {
      find: /(?<![\p{L}\p{N}_.-])(\d{1,4})\s?[-–]\s?(\d{1,4})(?![\p{L}\p{N}_.%-])/gu,
      say: ([, from, to]) => `${from} to ${to}`,
    },
    { find: /(?<=\d%?)[-–](?=\d+(?:\.\d+)?%)/gu, say: () => ' to ' },
    { find: /(?<![\p{L}\p{N}_.)\]%-])[-−](?=\.?\d)/gu, say: () => 'minus ' },
    { find: /(?<![\p{L}\p{N}_+])\+(?=\d)/gu, say: () => 'plus ' },
    { find: /(?<=\d)\s?[*×]\s?(?=\d)/gu, say: () => ' times ' },
  ];
}

function fraction(over: number, under: number): string {
  const part = PARTS[under] ?? '';
  if (part === 'half') return 'one half';
  return over === 1 ? `${over} ${part}` : `${over} ${part}s`;
}
