import type { CallOptions, Engine, Languages } from './engine.ts';

/** One message of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * A JSON Schema (draft 2020-12): an object of keywords, or `true` for any JSON. Which keywords an engine takes, its own
 * documentation says.
 */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/**
 * How a reply is generated. Tokens are drawn as llama.cpp draws them, step by step: bias and repetition penalty, `topK`,
 * `topP`, `minP`, then the temperature on what is left.
 */
export interface GenerateOptions extends CallOptions {
  /** The reply is cut after this many tokens. @defaultValue 128 */
  maxTokens?: number;
  /** 0 always takes the likeliest token. @defaultValue 0 */
  temperature?: number;
  /** Makes replies at a temperature above 0 repeatable. @defaultValue a fresh one each call */
  seed?: number;
  /** Only this many of the likeliest tokens are drawn from; 0 for all. @defaultValue 40 */
  topK?: number;
  /** Only the likeliest tokens that reach this probability together are drawn from; 1 for all. @defaultValue 0.95 */
  topP?: number;
  /** Only tokens at least this fraction as likely as the likeliest are drawn from; 0 for all. @defaultValue 0.05 */
  minP?: number;
  /** Logits of the last 64 tokens of prompt and reply are divided by it (negative ones multiplied); 1 for none. @defaultValue 1 */
  repetitionPenalty?: number;
  /** Texts at which the reply ends. They are not part of it. @defaultValue none */
  stop?: readonly string[];
  /** Added to the logits of these tokens, by token id; `-Infinity` forbids one. @defaultValue none */
  logitBias?: Readonly<Record<number, number>>;
  /** The reply is JSON that this schema describes. @defaultValue any text */
  jsonSchema?: JsonSchema;
  /**
   * Tells with each token how likely it was, and how likely so many others (0–20) would have been; `true` for no others.
   *
   * @defaultValue false
   */
  logProbs?: number | boolean;
  /** Tells by `prompt-progress` how far the prompt has been read. @defaultValue false */
  promptProgress?: boolean;
  /**
   * The reply may turn out not to be wanted: it is computed beside the conversation, whose cached beginning stays. An
   * engine that cannot do so computes it as any other.
   *
   * @defaultValue false
   */
  speculative?: boolean;
}

/** How likely the model itself held a token, before any option changed its choice. */
export interface TokenLogProb {
  readonly tokenId: number;
  /** What the token stands for; a piece of a character is shown as U+FFFD. */
  readonly text: string;
  /** Natural logarithm of the probability, 0 or less. */
  readonly logProb: number;
}

/** One token of a reply, and those that could have stood in its place. */
export interface ReplyTokenLogProb extends TokenLogProb {
  /** The likeliest tokens there, the likeliest first; the chosen one may be among them. */
  readonly alternatives: readonly TokenLogProb[];
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
  /** How much of the prompt has been read, what was cached included. Comes before all others, and only when asked for. */
  | { readonly type: 'prompt-progress'; readonly doneTokens: number; readonly promptTokens: number }
  /** The next piece of the reply; never splits a character. */
  | {
      readonly type: 'reply-delta';
      readonly text: string;
      /** The tokens that were added since the delta before, when {@link GenerateOptions.logProbs} asks for them. */
      readonly logProbs?: readonly ReplyTokenLogProb[];
    }
  /** Always the last event of a call. `text` is all deltas joined. */
  | {
      readonly type: 'reply-end';
      readonly text: string;
      readonly usage: TokenUsage;
      /** `'stop'`: the model ended its reply, or a stop text did; `'length'`: `maxTokens` or the context cut it. */
      readonly finishReason: 'stop' | 'length';
    };

/** What a language model can do, declared rather than probed. */
export interface LanguageModelCapabilities {
  /** Tokens that prompt and reply may have together. */
  readonly contextTokens: number;
  /** Languages it answers in. */
  readonly languages: Languages;
}

/** What computes a model that several engines could serve. */
export interface LanguageModelRuntime {
  /** For logs and metrics, for example `'kernel'` or `'wllama'`. */
  readonly name: string;
  /** Why it and no other, in words. */
  readonly reason: string;
}

/** Answers a conversation, token by token. */
export interface LanguageModel extends Engine {
  readonly capabilities: LanguageModelCapabilities;
  /** What computes the model; `undefined` until it is loaded, and in an engine that has no choice. */
  readonly runtime?: LanguageModelRuntime | undefined;
  /**
   * Any number of `reply-delta` and exactly one `reply-end`. Calls are served one after the other, in order. What the
   * conversation shares with the one before it is not computed again.
   *
   * @throws {RunAnywhereError} `not-loaded`, `invalid-options`, `prompt-too-long`, `engine-failed`, `worker-crashed`, `disposed`.
   */
  generate(messages: readonly ChatMessage[], options?: GenerateOptions): AsyncIterable<GenerateEvent>;
  /** Computes a conversation's beginning ahead of time, so that the first reply to it starts sooner. */
  warm(messages: readonly ChatMessage[], options?: CallOptions): Promise<void>;
  /** The token ids of a conversation as the model is given it: chat template applied, ready for the reply. */
  promptTokens(messages: readonly ChatMessage[], options?: CallOptions): Promise<readonly number[]>;
}
