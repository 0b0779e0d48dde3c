/** A pair of neighbours that may be joined. */
interface Pair {
  readonly rank: number;
  readonly left: number;
  readonly right: number;
  /** Length of both when they were put in line: after a join of either it is another pair. */
  readonly length: number;
}

/**
 * Joins neighbours until none are left to join: always the pair of lowest rank, of equals the leftmost. A word of n
 * symbols takes time in n · log n, so that a text without a single space cannot hold up the prompt.
 *
 * @param rankOf rank of a pair, `undefined` where the two never join.
 */
export function joinPairs(
  symbols: readonly string[],
  rankOf: (left: string, right: string) => number | undefined,
): string[] {
  const texts = [...symbols];
  // A chain through the symbols that are left; -1 is its end on both sides.
  const next = texts.map((_, at) => (at + 1 < texts.length ? at + 1 : -1));
  const previous = texts.map((_, at) => at - 1);
  const line = new Line();
  const offer = (left: number, right: number): void => {
    if (left < 0 || right < 0) return;
    const [leftText, rightText] = [texts[left] as string, texts[right] as string];
    const rank = rankOf(leftText, rightText);
    if (rank !== undefined) line.add({ rank, left, right, length: leftText.length + rightText.length });
  };
  for (let at = 1; at < texts.length; at++) offer(at - 1, at);

  for (let pair = line.take(); pair; pair = line.take()) {
    const { left, right, length } = pair;
    const [leftText, rightText] = [texts[left] as string, texts[right] as string];
    if (leftText === '' || rightText === '' || leftText.length + rightText.length !== length) continue;
    texts[left] = leftText + rightText;
    texts[right] = '';
    const after = next[right] as number;
    next[left] = after;
    if (after >= 0) previous[after] = left;
    offer(previous[left] as number, left);
    offer(left, after);
  }
  return texts.filter((text) => text !== '');
}

/** Pairs in the order they are joined in: a binary heap. */
class Line {
  readonly #heap: Pair[] = [];

  add(pair: Pair): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(pair);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(pair, heap[parent] as Pair)) break;
      heap[at] = heap[parent] as Pair;
      at = parent;
    }
    heap[at] = pair;
  }

  take(): Pair | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Pair, heap[child] as Pair)) child++;
      if (!isBefore(heap[child] as Pair, last)) break;
      heap[at] = heap[child] as Pair;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Pair, other: Pair): boolean {
  return one.rank < other.rank || (one.rank === other.rank && one.left < other.left);
}
