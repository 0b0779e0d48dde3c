import type { ChatMessage } from '@runanywhere/core';

/** The language models that are measured side by side. */
export type Contestant = 'kernel' | 'kernel-simd' | 'wllama-q4_1' | 'wllama-q8_0';

/** Tokens that end a reply: forbidden on both sides, so that all replies are equally long. */
export const ENDS: readonly number[] = [0, 2];

/** A prompt of known length. */
export interface Prompt {
  readonly tokens: number;
  readonly system: string;
  readonly user: string;
  readonly ids: readonly number[];
}

/** How one reply went. */
export interface Reply {
  /** From the call to the first piece of text. */
  readonly firstTokenMs: number;
  /** From the first piece to the end, the first token not counted. */
  readonly decodeTokensPerSecond: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly replyTokens: number;
  readonly text: string;
}

/** A loaded model. */
export interface Loaded {
  reply(messages: readonly ChatMessage[], maxTokens: number): Promise<Reply>;
}

/** The two messages of a prompt. */
export function messagesOf({ system, user }: Pick<Prompt, 'system' | 'user'>): ChatMessage[] {
  return [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ];
}

/** Times a reply: `run` calls back with each piece of text and gives the counts at the end. */
export async function timed(
  run: (
    onText: (text: string) => void,
  ) => Promise<Pick<Reply, 'promptTokens' | 'cachedTokens' | 'replyTokens'>>,
): Promise<Reply> {
  let firstMs = Number.NaN;
  let text = '';
  const startMs = performance.now();
  const counts = await run((piece) => {
    if (Number.isNaN(firstMs)) firstMs = performance.now();
    text += piece;
  });
  const endMs = performance.now();
  return {
    ...counts,
    text,
    firstTokenMs: firstMs - startMs,
    decodeTokensPerSecond: (1000 * (counts.replyTokens - 1)) / (endMs - firstMs),
  };
}
