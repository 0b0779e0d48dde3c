import type { LanguageModel, TokenUsage } from '@runanywhere/core';
import { guardedStream } from './abortable.ts';
import type { Conversation } from './conversation.ts';
import { fitPrompt } from './fit-prompt.ts';
import type { SessionBoard } from './session-board.ts';
import type { ResolvedSessionOptions } from './session-options.ts';
import type { Stages } from './stages.ts';

/** What {@link generateReply} works with. */
export interface GenerateReplyParts {
  readonly conversation: Conversation;
  readonly languageModel: LanguageModel;
  readonly options: ResolvedSessionOptions;
  readonly board: SessionBoard;
  readonly stages: Stages;
  readonly turn: number;
  /** Resolves when the language model is loaded. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
}

/**
 * The language model's answer to the conversation as it stands, piece by piece; at last what it took, if the engine says.
 * A stream that ends without its last event is an answer, too.
 */
export async function* generateReply(
  parts: GenerateReplyParts,
  signal: AbortSignal,
): AsyncGenerator<string, TokenUsage | undefined, undefined> {
  const { conversation, languageModel, options, board, stages, turn, ready } = parts;
  const { maxReplyTokens: maxTokens, temperature, systemPrompt } = options;
  await ready(signal);
  const { modelId, runtime } = languageModel;
  const endStage = stages.start('language', turn, { modelId, runtime: runtime?.name });
  try {
    const fit = { replyTokens: maxTokens, signal };
    const { messages, droppedMessages } = await fitPrompt(conversation, systemPrompt, languageModel, fit);
    if (droppedMessages > 0) board.notifyShortened(droppedMessages);
    const events = guardedStream(
      (inner) => languageModel.generate(messages, { maxTokens, temperature, signal: inner }),
      { signal, clock: board.clock, stallMs: options.stallTimeoutMs, engine: modelId },
    );
    for await (const event of events) {
      if (event.type === 'reply-delta') yield event.text;
      else if (event.type === 'reply-end') {
        endStage('done', { counts: { ...event.usage } });
        return event.usage;
      }
    }
    endStage('done');
  } catch (error) {
    endStage(signal.aborted ? 'cancelled' : 'failed');
    throw error;
  } finally {
    // Left by its reader; otherwise it has ended above.
    endStage('cancelled');
  }
  return undefined;
}
