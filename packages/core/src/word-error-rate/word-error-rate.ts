import { spokenWords } from './words.ts';

/** How far a transcript is from what was said, counted in words. */
export interface WordErrors {
  /** `errors` for each word of the reference; 0 is perfect, above 1 when many words were invented. */
  readonly wordErrorRate: number;
  /** Substitutions, insertions and deletions together: the fewest that turn the reference into the hypothesis. */
  readonly errors: number;
  /** Words of the reference, after both texts were spelled alike. */
  readonly words: number;
  readonly substitutions: number;
  readonly insertions: number;
  readonly deletions: number;
}

/**
 * Compares what was said with what was understood. Case, punctuation, accents, numerals, symbols and contractions do not
 * count (see {@link spokenWords}); British and American spellings do.
 *
 * @param reference what was said. When it is empty, `wordErrorRate` is the number of words invented.
 * @param hypothesis what was understood.
 */
export function wordErrorRate(reference: string, hypothesis: string): WordErrors {
  const expected = spokenWords(reference);
  const counts = countEdits(expected, spokenWords(hypothesis));
  const errors = counts.substitutions + counts.insertions + counts.deletions;
  return {
    wordErrorRate: errors / Math.max(1, expected.length),
    errors,
    words: expected.length,
    ...counts,
  };
}

/** Levenshtein's table over words, and the cheapest way back through it. */
function countEdits(
  expected: readonly string[],
  actual: readonly string[],
): Pick<WordErrors, 'substitutions' | 'insertions' | 'deletions'> {
  const width = actual.length + 1;
  const cost = new Uint32Array((expected.length + 1) * width);
  const at = (row: number, column: number): number => cost[row * width + column] ?? 0;
  for (let row = 0; row <= expected.length; row += 1) {
    for (let column = 0; column <= actual.length; column += 1) {
      cost[row * width + column] =
        row === 0 || column === 0
          ? row + column
          : Math.min(
              at(row - 1, column - 1) + Number(expected[row - 1] !== actual[column - 1]),
              at(row - 1, column) + 1,
              at(row, column - 1) + 1,
            );
    }
  }
  const counts = { substitutions: 0, insertions: 0, deletions: 0 };
  let row = expected.length;
  let column = actual.length;
  while (row > 0 || column > 0) {
    const here = at(row, column);
    const differs = Number(expected[row - 1] !== actual[column - 1]);
    if (row > 0 && column > 0 && here === at(row - 1, column - 1) + differs) {
      counts.substitutions += differs;
      row -= 1;
      column -= 1;
    } else if (row > 0 && here === at(row - 1, column) + 1) {
      counts.deletions += 1;
      row -= 1;
    } else {
      counts.insertions += 1;
      column -= 1;
    }
  }
  return counts;
}
