import { likeliestTokens } from './token-ranking.ts';

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
  let max = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) max = Math.max(max, logits[id] as number);
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp((logits[id] as number) - max);
  const total = max + Math.log(sum);
  const rank = (id: number): RankedToken => ({ tokenId: id, logProb: (logits[id] as number) - total });
  return { chosen: rank(tokenId), alternatives: likeliestTokens(logits, alternatives).map(rank) };
}
