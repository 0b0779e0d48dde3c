/** A token and the natural logarithm of its probability. */
export interface RankedToken {
  readonly tokenId: number;
  readonly logProb: number;
}

/**
 * How likely a token was, and the likeliest ones at its place.
 *
 * @param logits one for each token of the vocabulary, as the model gave them.
 * @param alternatives how many of the likeliest are told.
 */
export function logProbabilities(
  logits: Float32Array,
  tokenId: number,
  alternatives: number,
): { readonly chosen: RankedToken; readonly alternatives: readonly RankedToken[] } {
  const best: number[] = [];
  let max = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    if (logit > max) max = logit;
    const last = best[alternatives - 1];
    if (alternatives > 0 && (last === undefined || logit > (logits[last] as number)))
      insert(best, id, logits, alternatives);
  }
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp((logits[id] as number) - max);
  const total = max + Math.log(sum);
  const rank = (id: number): RankedToken => ({ tokenId: id, logProb: (logits[id] as number) - total });
  return { chosen: rank(tokenId), alternatives: best.map(rank) };
}

/** Puts `id` where it belongs in a list from the likeliest down, and keeps the list short. */
function insert(best: number[], id: number, logits: Float32Array, most: number): void {
  const logit = logits[id] as number;
  let at = best.length;
  while (at > 0 && (logits[best[at - 1] as number] as number) < logit) at -= 1;
  best.splice(at, 0, id);
  if (best.length > most) best.pop();
}
