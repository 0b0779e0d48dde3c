import type { TokenModel } from './token-model.ts';
import { yieldToEvents } from './yield-to-events.ts';

/**
 * Prompt tokens that are computed in one go, and so the longest that an abort waits. From 8 to 64 at a time a prompt takes
 * equally long, so nothing is lost by few.
 */
export const PREFILL_TOKENS = 16;

/** How a prompt is read. */
export interface ReadPromptOptions {
  readonly signal: AbortSignal;
  /** Whether the last token's logits are wanted. They are computed afresh, so it is read even when it is in the cache. */
  readonly logits: boolean;
}

/** What is told while a prompt is read. */
export interface PromptProgress {
  /** Tokens that are in the cache now. */
  readonly doneTokens: number;
  /** Of these, how many were there before. */
  readonly cachedTokens: number;
  /** Comes with the last one when asked for. */
  readonly logits?: Float32Array | undefined;
}

/**
 * Brings the cache to hold exactly a prompt: what it shares with the prompt's beginning stays, the rest is computed piece
 * by piece. Between pieces, events are handled.
 */
export async function* readPrompt(
  model: TokenModel,
  ids: readonly number[],
  { signal, logits }: ReadPromptOptions,
): AsyncGenerator<PromptProgress> {
  const shared = sharedLength(model.tokens, ids);
  const cachedTokens = logits ? Math.min(shared, ids.length - 1) : shared;
  model.truncate(cachedTokens);
  for (let at = cachedTokens; at < ids.length; ) {
    const piece = ids.slice(at, at + PREFILL_TOKENS);
    at += piece.length;
    const last = at === ids.length;
    const result = model.forward(piece, { logits: last && logits });
    yield { doneTokens: at, cachedTokens, logits: result };
    if (last) return;
    await yieldToEvents();
    signal.throwIfAborted();
  }
}

/** How many tokens two texts begin with in common. */
function sharedLength(one: readonly number[], other: readonly number[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}
