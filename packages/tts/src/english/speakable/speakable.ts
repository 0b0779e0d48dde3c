import type { SpeakableTables } from '../tables.ts';
import { ADDRESS_RULES } from './addresses.ts';
import { amountRules } from './amounts.ts';
import { nameRules } from './names.ts';
import { PHONE_RULES } from './phone-numbers.ts';
import { relationRules } from './relations.ts';
import { applyRule, type Rule } from './rule.ts';
import { signRules } from './signs.ts';
import { timeRules } from './times.ts';

/**
 * Rewrites one sentence to what a person would say: "3 kg at 7:30pm" → "3 kilograms at seven thirty P.M.". Plain
 * numbers, years and amounts after $, £ or € stay figures; the reader of numbers says them.
 */
export class Speakable {
  readonly #rules: readonly Rule[];

  constructor(tables: SpeakableTables) {
    // What a figure belongs to is decided by the first rule that takes it: addresses before times before amounts.
    this.#rules = [
      ...ADDRESS_RULES,
      ...PHONE_RULES,
      ...timeRules(tables),
      ...amountRules(tables),
      ...nameRules(tables),
      ...relationRules(tables),
      ...signRules(tables),
    ];
  }

  /** The sentence as it is said, on one line. */
  say(sentence: string): string {
    const tidy = oneSpace(sentence).replaceAll('’', "'").replaceAll('‒', '-').replaceAll('―', '—');
    return oneSpace(this.#rules.reduce(applyRule, tidy)).replaceAll(/ +([,.;:!?])/g, '$1');
  }
}

function oneSpace(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
