import { type ChatMessage, type LanguageModel, RunAnywhereError } from '@runanywhere/core';
import { orAborted } from './abortable.ts';
import type { Conversation } from './conversation.ts';

/** What {@link fitPrompt} came to. */
export interface FittedPrompt {
  readonly messages: readonly ChatMessage[];
  /** How many of the oldest messages are no longer given to the model because of this call. */
  readonly droppedMessages: number;
}

/**
 * The conversation with as much of its history as the model has room for, beside `replyTokens` for the answer. Whole
 * exchanges are dropped, oldest first, never the system prompt or the last message; and once it must drop, it makes a
 * quarter of the room free, so that the prompt's beginning stays the same (and in the model's cache) for some turns.
 *
 * @throws {RunAnywhereError} `prompt-too-long` when the system prompt and the last message alone do not fit.
 */
export async function fitPrompt(
  conversation: Conversation,
  systemPrompt: string,
  languageModel: Pick<LanguageModel, 'promptTokens' | 'capabilities'>,
  { replyTokens, signal }: { readonly replyTokens: number; readonly signal: AbortSignal },
): Promise<FittedPrompt> {
  const { contextTokens } = languageModel.capabilities;
  const room = contextTokens - replyTokens;
  let droppedMessages = 0;
  for (let limit = room; ; limit = room * 0.75) {
    const messages = conversation.prompt(systemPrompt);
    const { length } = await orAborted(languageModel.promptTokens(messages, { signal }), signal);
    if (length <= limit) return { messages, droppedMessages };
    const dropped = conversation.dropOldest();
    if (dropped === 0 && length <= room) return { messages, droppedMessages };
    if (dropped === 0) throw new RunAnywhereError('prompt-too-long', { promptTokens: length, contextTokens });
    droppedMessages += dropped;
  }
}
