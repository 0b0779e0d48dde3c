import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinPairs } from './join-pairs.ts';

const RANKS: Readonly<Record<string, number>> = { ab: 3, bc: 1, aa: 2, aaaa: 2, cc: 4, bcc: 0 };
const rankOf = (left: string, right: string): number | undefined => RANKS[left + right];

test.each([
  ['the lowest rank first', 'abc', ['a', 'bc']],
  ['of equals the leftmost', 'aaa', ['aa', 'a']],
  ['and again with what came of it', 'aaaa', ['aaaa']],
  ['nothing of nothing', '', []],
])('joins %s', (_what, text, expected) => expect(joinPairs([...text], rankOf)).toEqual(expected));

/** The same by looking through all pairs again after each join. */
function joinSlowly(symbols: readonly string[]): string[] {
  const texts = [...symbols];
  while (true) {
    const ranks = texts
      .slice(1)
      .map((right, at) => rankOf(texts[at] as string, right) ?? Number.POSITIVE_INFINITY);
    const lowest = Math.min(...ranks);
    if (!Number.isFinite(lowest)) return texts;
    const at = ranks.indexOf(lowest);
    texts.splice(at, 2, `${texts[at]}${texts[at + 1]}`);
  }
}

test('gives what looking through all pairs gives', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 }), (symbols) => {
      expect(joinPairs(symbols, rankOf)).toEqual(joinSlowly(symbols));
    }),
    { numRuns: 500 },
  );
});
