import type { CallOptions, Engine, Languages } from './engine.ts';

/** One message of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** How a reply is generated. */
export interface GenerateOptions extends CallOptions {
  /** The reply is cut after this many tokens. @defaultValue 128 */
  maxTokens?: number;
  /** 0 always takes the likeliest token. @defaultValue 0 */
  temperature?: number;
  /** Makes replies at a temperature above 0 repeatable. @defaultValue a fresh one each call */
  seed?: number;
}

/** How many tokens a reply took. */
export interface TokenUsage {
  /** Tokens of the whole prompt, template included. */
  readonly promptTokens: number;
  /** Prompt tokens that were still in the model's cache and cost nothing. */
  readonly cachedTokens: number;
  /** Tokens generated. */
  readonly replyTokens: number;
}

/** What a language model says while it answers. */
export type GenerateEvent =
  /** The next piece of the reply; never splits a character. */
  | { readonly type: 'reply-delta'; readonly text: string }
  /** Always the last event of a call. `text` is all deltas joined. */
  | {
      readonly type: 'reply-end';
      readonly text: string;
      readonly usage: TokenUsage;
      /** `'stop'`: the model ended its reply; `'length'`: `maxTokens` or the context cut it. */
      readonly finishReason: 'stop' | 'length';
    };

/** What a language model can do, declared rather than probed. */
export interface LanguageModelCapabilities {
  /** Tokens that prompt and reply may have together. */
  readonly contextTokens: number;
  /** Languages it answers in. */
  readonly languages: Languages;
}

/** Answers a conversation, token by token. */
export interface LanguageModel extends Engine {
  readonly capabilities: LanguageModelCapabilities;
  /**
   * Any number of `reply-delta`, then exactly one `reply-end`. Calls are served one after the other, in order. What the
   * conversation shares with the one before it is not computed again.
   *
   * @throws {RunAnywhereError} `not-loaded`, `prompt-too-long`, `engine-failed`, `worker-crashed`, `disposed`.
   */
  generate(messages: readonly ChatMessage[], options?: GenerateOptions): AsyncIterable<GenerateEvent>;
  /** Computes a conversation's beginning ahead of time, so that the first reply to it starts sooner. */
  warm(messages: readonly ChatMessage[], options?: CallOptions): Promise<void>;
  /** The token ids of a conversation as the model is given it: chat template applied, ready for the reply. */
  promptTokens(messages: readonly ChatMessage[], options?: CallOptions): Promise<readonly number[]>;
}
