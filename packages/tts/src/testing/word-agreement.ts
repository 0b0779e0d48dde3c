/** How many words of `wanted` are missing or different in `actual`, when both are laid side by side as well as they go. */
export function differingWords(wanted: string, actual: string): number {
  const [a, b] = [wanted.split(/\s+/), actual.split(/\s+/)];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  a.forEach((word, index) => {
    const next = [index + 1];
    b.forEach((other, column) => {
      const changed = (row[column] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    });
    row = next;
  });
  return row.at(-1) ?? 0;
}

/** The number of words in a line of phonemes. */
export function wordCount(phonemes: string): number {
  return phonemes.split(/\s+/).length;
}
