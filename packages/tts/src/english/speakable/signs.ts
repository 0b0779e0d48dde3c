import type { SpeakableTables } from '../tables.ts';
import { anyOf, type Rule } from './rule.ts';

/** Signs that the model's own table lacks. */
const MORE_SIGNS: Readonly<Record<string, string>> = {
  '≈': 'approximately',
  '≤': 'less than or equal to',
  '≥': 'greater than or equal to',
  '≠': 'is not equal to',
  '∞': 'infinity',
  '√': 'square root of',
  '⅓': 'one third',
  '⅔': 'two thirds',
  '⅛': 'one eighth',
  '‰': 'per mille',
  '№': 'number',
  '↔': 'to and from',
};

const COMPARISONS: Readonly<Record<string, string>> = {
  '==': 'equals',
  '!=': 'is not equal to',
  '<=': 'is at most',
  '>=': 'is at least',
};

/** Formulas that would be read as words. */
const FORMULAS: Readonly<Record<string, string>> = {
  H2O: 'H 2 O',
  CO2: 'C O 2',
  'H₂O': 'H 2 O',
  'CO₂': 'C O 2',
};

/** Mathematical and typographical signs, said or left out. */
export function signRules({ symbols }: Pick<SpeakableTables, 'symbols'>): Rule[] {
  const names = { ...MORE_SIGNS, ...symbols };
  // Between two things these are a relation; at the start of a line they are decoration.
  const relations = new Set('=<>~');
  const plain = Object.keys(names).filter((sign) => !relations.has(sign));
  return [
    {
      find: new RegExp(`(?<![\\p{L}\\p{N}])(${anyOf(Object.keys(FORMULAS))})(?![\\p{L}\\p{N}])`, 'gu'),
      say: ([formula]) => FORMULAS[formula] ?? formula,
    },
    { find: /(?<=\d)\s?([½⅓¼⅔¾⅛])/gu, say: ([, part = '']) => ` and ${names[part]} ` },
    { find: /(?<![\p{L}\p{N}])~\s?(?=\d)/gu, say: () => 'about ' },
    // Rows of signs are rulers. Arrows and comparisons of program text come before their signs are taken one by one.
    { find: /={4,}|~{2,}|<{2,}|>{2,}/gu, say: () => ' ' },
    { find: /\s?(?:<-+|-+>|=+>|→)\s?/gu, say: ([arrow]) => (arrow.includes('<') ? ' ' : ' to ') },
    { find: /(?<=\S)\s?([<>!=]=)=?\s?(?=\S)/gu, say: ([, sign = '']) => spaced(COMPARISONS[sign] ?? '') },
    { find: /(?<=\S) ?([=<>~]) ?(?=\S)/gu, say: ([, sign = '']) => spaced(names[sign] ?? '') },
    { find: new RegExp(`(${anyOf(plain)})`, 'gu'), say: ([sign]) => spaced(names[sign] ?? '') },
  ];
}

function spaced(word: string): string {
  return word === '' ? ' ' : ` ${word} `;
}
