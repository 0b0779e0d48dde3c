import { type GenerateEvent, type ReplyTokenLogProb, RunAnywhereError } from '@runanywhere/core';
import type { ResolvedGenerateOptions } from './generation-options.ts';
import { JsonConstraint } from './json-schema/json-constraint.ts';
import type { VocabularyBytes } from './json-schema/vocabulary-bytes.ts';
import { logProbabilities, type RankedToken } from './log-probabilities.ts';
import { readPrompt } from './read-prompt.ts';
import { PENALTY_TOKENS, Sampler } from './sampler.ts';
import { StopStrings } from './stop-strings.ts';
import type { ReplyFormat, TokenModel } from './token-model.ts';
import { yieldToEvents } from './yield-to-events.ts';

/** What {@link generateReply} works with. */
export interface GenerateReplyParts {
  readonly model: TokenModel;
  readonly format: ReplyFormat;
  /** Made when it is first needed: it costs a walk through the vocabulary. */
  readonly vocabulary: () => VocabularyBytes;
  /** Tokens that prompt and reply may have together. */
  readonly contextTokens: number;
}

/** The reply to a prompt, as `LanguageModel.generate` tells it. */
export async function* generateReply(
  parts: GenerateReplyParts,
  promptIds: readonly number[],
  options: ResolvedGenerateOptions,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent> {
  const promptTokens = promptIds.length;
  const maxTokens = Math.min(options.maxTokens, parts.contextTokens - promptTokens);
  const { jsonSchema } = options;
  const constraint =
    jsonSchema === undefined ? undefined : new JsonConstraint(jsonSchema, parts.vocabulary(), maxTokens);
  checkBias(options, parts.format);
  const model = options.speculative ? parts.model.fork() : parts.model;
  try {
    let cachedTokens = 0;
    let logits: Float32Array | undefined;
    for await (const progress of readPrompt(model, promptIds, { signal, logits: true })) {
      ({ cachedTokens, logits } = progress);
      const { doneTokens } = progress;
      if (options.promptProgress) yield { type: 'prompt-progress', doneTokens, promptTokens };
    }
    const reply = new Reply(parts.format, options, promptIds, constraint, maxTokens);
    for (let running = true; running; ) {
      running = reply.add(logits as Float32Array);
      const delta = reply.takeDelta();
      if (delta) yield delta;
      if (!running) break;
      // An abort that has come meanwhile is heard here: it waits for one token at most.
      await yieldToEvents();
      signal.throwIfAborted();
      logits = model.forward([reply.lastId], { logits: true });
    }
    yield {
      type: 'reply-end',
      text: reply.text,
      usage: { promptTokens, cachedTokens, replyTokens: reply.tokens },
      finishReason: reply.finishReason,
    };
  } finally {
    if (model !== parts.model) model.dispose();
  }
}

function checkBias({ logitBias }: ResolvedGenerateOptions, { size }: ReplyFormat): void {
  for (const id of logitBias.keys())
    if (id >= size)
      throw new RunAnywhereError('invalid-options', {
        option: 'logitBias',
        reason: `the model has no token ${id}, its last one is ${size - 1}`,
      });
}

/** A reply as far as it has come. */
class Reply {
  /** Everything that was told. */
  text = '';
  /** How many tokens were generated. */
  tokens = 0;
  finishReason: 'stop' | 'length' = 'stop';
  readonly #format: ReplyFormat;
  readonly #options: ResolvedGenerateOptions;
  readonly #constraint: JsonConstraint | undefined;
  readonly #maxTokens: number;
  readonly #sampler: Sampler;
  readonly #decoder: ReturnType<ReplyFormat['decoder']>;
  readonly #stops: StopStrings;
  readonly #recent: number[];
  /** Tokens that close the JSON text, once there is just room for them. */
  #closing: number[] = [];
  #closes = false;
  #untold = '';
  #untoldTokens: ReplyTokenLogProb[] = [];

  constructor(
    format: ReplyFormat,
    options: ResolvedGenerateOptions,
    promptIds: readonly number[],
    constraint: JsonConstraint | undefined,
    maxTokens: number,
  ) {
    this.#format = format;
    this.#options = options;
    this.#constraint = constraint;
    this.#maxTokens = maxTokens;
    this.#sampler = new Sampler(options);
    this.#decoder = format.decoder();
    this.#stops = new StopStrings(options.stop);
    this.#recent = promptIds.slice(-PENALTY_TOKENS);
  }

  /** The token that was added last. */
  get lastId(): number {
    return this.#recent.at(-1) as number;
  }

  /** Takes the next token. False when the reply has ended with it. */
  add(logits: Float32Array): boolean {
    const id = this.#choose(logits);
    if (id === undefined || this.#format.endIds.has(id)) return this.#end('stop');
    this.tokens += 1;
    this.#recent.push(id);
    if (this.#recent.length > PENALTY_TOKENS) this.#recent.shift();
    this.#constraint?.add(id);
    this.#noteLogProbs(logits, id);
    const { text, stopped } = this.#stops.push(this.#decoder.push(id));
    this.#untold += text;
    if (stopped) {
      this.finishReason = 'stop';
      return false;
    }
    if (this.#constraint?.ended) return this.#end(this.#closes ? 'length' : 'stop');
    return this.tokens < this.#maxTokens || this.#end('length');
  }

  /** What was added since the last time; `undefined` when there is nothing to tell yet. */
  takeDelta(): Extract<GenerateEvent, { type: 'reply-delta' }> | undefined {
    const text = this.#untold;
    if (text === '') return undefined;
    const logProbs = this.#untoldTokens;
    this.text += text;
    this.#untold = '';
    this.#untoldTokens = [];
    return { type: 'reply-delta', text, ...(this.#options.logProbs !== undefined && { logProbs }) };
  }

  /** The next token; `undefined` when none can follow. */
  #choose(logits: Float32Array): number | undefined {
    const constraint = this.#constraint;
    if (!constraint) return this.#sampler.choose(logits, this.#recent);
    const tokensLeft = this.#maxTokens - this.tokens;
    if (this.#closing.length === 0) this.#closing = constraint.closing(tokensLeft) ?? [];
    if (this.#closing.length === 0) {
      const { endIds } = this.#format;
      const chosen = this.#sampler.choose(logits, this.#recent, (id) =>
        endIds.has(id) ? constraint.complete : constraint.allows(id, tokensLeft - 1),
      );
      if (chosen !== undefined || constraint.complete) return chosen;
      // No token that the model has leads to an end in time, other than the end itself.
      this.#closing = constraint.closing() ?? [];
    }
    this.#closes = true;
    return this.#closing.shift();
  }

  #end(reason: 'stop' | 'length'): false {
    this.#untold += this.#stops.push(this.#decoder.flush()).text + this.#stops.flush();
    this.finishReason = reason;
    return false;
  }

  #noteLogProbs(logits: Float32Array, id: number): void {
    const { logProbs } = this.#options;
    if (logProbs === undefined) return;
    const { chosen, alternatives } = logProbabilities(logits, id, logProbs);
    const told = ({ tokenId, logProb }: RankedToken): { tokenId: number; text: string; logProb: number } => ({
      tokenId,
      text: new TextDecoder().decode(this.#format.bytesOf(tokenId)),
      logProb,
    });
    this.#untoldTokens.push({ ...told(chosen), alternatives: alternatives.map(told) });
  }
}
