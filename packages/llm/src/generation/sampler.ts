import type { ResolvedGenerateOptions } from './generation-options.ts';
import { seededRandom } from './seeded-random.ts';
import { likeliestTokens, TokenRanking } from './token-ranking.ts';

/** The options that decide which token is taken. */
export type SamplingOptions = Pick<
  ResolvedGenerateOptions,
  'temperature' | 'seed' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty' | 'logitBias'
>;

/** How many of the last tokens the repetition penalty looks at: llama.cpp's number. */
export const PENALTY_TOKENS = 64;

/** Up to so many tokens are found by looking for them, more by a ranking of all. */
const FEW_TOKENS = 100;

/** Tokens that may be drawn, the likeliest first. */
interface Candidates {
  readonly ids: number[];
  readonly logits: number[];
}

/**
 * Takes one token after the other from what the model gives. The steps and their order are llama.cpp's: bias, repetition
 * penalty, top-k, top-p, min-p, temperature. Probabilities of top-p and min-p are those before the temperature.
 */
export class Sampler {
  readonly #options: SamplingOptions;
  readonly #random: () => number;
  readonly #ranking = new TokenRanking();
  #adjusted: Float32Array = new Float32Array();

  constructor(options: SamplingOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  /**
   * The next token.
   *
   * @param logits one for each token of the vocabulary; not changed.
   * @param recent the tokens before, prompt included; only the last {@link PENALTY_TOKENS} are looked at.
   * @param allowed forbids tokens. It is asked about the likely ones only, after all other steps; when none of them is
   * allowed, the likeliest of all that is.
   * @returns `undefined` when no token is allowed.
   */
  choose(
    logits: Float32Array,
    recent: readonly number[],
    allowed?: (id: number) => boolean,
  ): number | undefined {
    const adjusted = this.#adjust(logits, recent);
    if (this.#options.temperature === 0) {
      const best = likeliest(adjusted);
      if (!allowed || allowed(best)) return best;
    } else {
      const drawn = this.#draw(this.#candidates(adjusted), allowed);
      if (drawn !== undefined) return drawn;
    }
    // None of the likely ones may follow: the likeliest of all that may.
    this.#ranking.rank(adjusted);
    for (let id = this.#ranking.next(); id !== undefined; id = this.#ranking.next())
      if (!allowed || allowed(id)) return id;
    return undefined;
  }

  #adjust(logits: Float32Array, recent: readonly number[]): Float32Array {
    const { logitBias, repetitionPenalty } = this.#options;
    if (logitBias.size === 0 && repetitionPenalty === 1) return logits;
    if (this.#adjusted.length !== logits.length) this.#adjusted = new Float32Array(logits.length);
    const adjusted = this.#adjusted;
    adjusted.set(logits);
    for (const [id, bias] of logitBias)
      if (id < adjusted.length) adjusted[id] = (adjusted[id] as number) + bias;
    if (repetitionPenalty !== 1) {
      for (const id of new Set(recent.slice(-PENALTY_TOKENS))) {
        const logit = adjusted[id] as number;
        adjusted[id] = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty;
      }
    }
    return adjusted;
  }

  /** What top-k, top-p and min-p leave. */
  #candidates(logits: Float32Array): Candidates {
    const { topK, topP, minP } = this.#options;
    const few = topK > 0 && topK <= FEW_TOKENS ? likeliestTokens(logits, topK) : undefined;
    if (!few) this.#ranking.rank(logits);
    let at = 0;
    const next = (): number | undefined => (few ? few[at++] : this.#ranking.next());
    const max = logits[likeliest(logits)] as number;
    const lowest = minP === 0 ? Number.NEGATIVE_INFINITY : max + Math.log(minP);
    // Top-p counts shares of what top-k left: of everything when it is off.
    const left = topK === 0 ? undefined : (few ?? likeliestTokens(logits, topK));
    const total = topP < 1 ? sumOfExp(logits, max, left) : 0;
    const ids: number[] = [];
    const kept: number[] = [];
    let sum = 0;
    for (let id = next(); id !== undefined; id = next()) {
      const logit = logits[id] as number;
      if (ids.length > 0 && (logit < lowest || logit === Number.NEGATIVE_INFINITY)) break;
      ids.push(id);
      kept.push(logit);
      sum += Math.exp(logit - max);
      if (ids.length === topK || (topP < 1 && sum >= topP * total)) break;
    }
    return { ids, logits: kept };
  }

  /** Draws; a token that is not allowed is taken out and another drawn, so the others keep their proportions. */
  #draw({ ids, logits }: Candidates, allowed: ((id: number) => boolean) | undefined): number | undefined {
    const { temperature } = this.#options;
    const max = logits[0] as number;
    const weights = logits.map((logit) => Math.exp((logit - max) / temperature));
    for (let left = ids.length; left > 0; left--) {
      let rest = this.#random() * weights.reduce((sum, weight) => sum + weight, 0);
      let at = 0;
      // The last one takes what rounding leaves.
      while (at < weights.length - 1 && rest >= (weights[at] as number)) {
        rest -= weights[at] as number;
        at += 1;
      }
      const id = ids[at] as number;
      if (!allowed || allowed(id)) return id;
      ids.splice(at, 1);
      weights.splice(at, 1);
    }
    return undefined;
  }
}

/** The token with the highest logit, the first of equals. */
function likeliest(logits: Float32Array): number {
  let best = 0;
  let highest = logits[0] as number;
  for (let id = 1; id < logits.length; id++) {
    const logit = logits[id] as number;
    if (logit > highest) {
      highest = logit;
      best = id;
    }
  }
  return best;
}

/** @param ids which tokens count, all without it. */
function sumOfExp(logits: Float32Array, max: number, ids?: readonly number[]): number {
  let sum = 0;
  if (ids) for (const id of ids) sum += Math.exp((logits[id] as number) - max);
  else for (let id = 0; id < logits.length; id++) sum += Math.exp((logits[id] as number) - max);
  return sum;
}
