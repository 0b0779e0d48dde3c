/**
 * Tokens from the likeliest down, sorted only as far as they are asked for: a binary heap, made in one pass over the
 * vocabulary. Of equally likely ones the lower id comes first. Its memory is used again for the next token.
 */
export class TokenRanking {
  #heap: Int32Array = new Int32Array();
  #logits: Float32Array = new Float32Array();
  #size = 0;

  /** Begins anew. `logits` must not change until the last {@link next}. */
  rank(logits: Float32Array): void {
    if (this.#heap.length !== logits.length) this.#heap = new Int32Array(logits.length);
    this.#logits = logits;
    this.#size = logits.length;
    for (let id = 0; id < this.#size; id++) this.#heap[id] = id;
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The likeliest token that has not been told; `undefined` after the last. */
  next(): number | undefined {
    if (this.#size === 0) return undefined;
    const first = this.#heap[0] as number;
    this.#size -= 1;
    this.#heap[0] = this.#heap[this.#size] as number;
    this.#sink(0);
    return first;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const logits = this.#logits;
    const size = this.#size;
    const id = heap[from] as number;
    const logit = logits[id] as number;
    let at = from;
    while (true) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let childId = heap[child] as number;
      let childLogit = logits[childId] as number;
      if (child + 1 < size) {
        const otherId = heap[child + 1] as number;
        const otherLogit = logits[otherId] as number;
        if (otherLogit > childLogit || (otherLogit === childLogit && otherId < childId)) {
          child += 1;
          childId = otherId;
          childLogit = otherLogit;
        }
      }
      if (childLogit < logit || (childLogit === logit && childId > id)) break;
      heap[at] = childId;
      at = child;
    }
    heap[at] = id;
  }
}

/**
 * The `count` likeliest tokens, the likeliest first; of equally likely ones the lower id. Quicker than a ranking while
 * they are few.
 */
export function likeliestTokens(logits: Float32Array, count: number): number[] {
  const best: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    if (count === 0 || (best.length >= count && logit <= least)) continue;
    let at = best.length;
    while (at > 0 && (logits[best[at - 1] as number] as number) < logit) at -= 1;
    best.splice(at, 0, id);
    if (best.length > count) best.pop();
    least = logits[best.at(-1) as number] as number;
  }
  return best;
}
