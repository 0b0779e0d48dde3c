import {
  type CallOptions,
  type ChatMessage,
  EngineLifecycle,
  type GenerateEvent,
  type GenerateOptions,
  type LanguageModel,
  type LanguageModelCapabilities,
  type Languages,
  type LoadOptions,
  type ModelSource,
  RunAnywhereError,
  toRunAnywhereError,
} from '@runanywhere/core';
import { openGguf } from '@runanywhere/kernels';
import { requireCount, resolveGenerateOptions } from '../generation/generation-options.ts';
import { PromptFormat } from '../gguf/prompt-format.ts';
import { findWasm, WLLAMA_ID, WLLAMA_WASM } from './wasm-address.ts';
import { WllamaRuntime } from './wllama-runtime.ts';

/** Options of {@link WllamaLanguageModel}. */
export interface WllamaLanguageModelOptions {
  /** Where the model and wllama's WASM file come from. */
  source: ModelSource;
  /** @defaultValue `'smollm2-135m-instruct-q4_1'` */
  modelId?: string;
  /** The GGUF file in the model's folder. @defaultValue `'SmolLM2-135M-Instruct.Q4_1.gguf'` */
  fileName?: string;
  /** What the model answers in. @defaultValue `['en']` */
  languages?: Languages;
  /** Tokens that prompt and reply may have together. Memory grows with it. @defaultValue 2048 */
  contextTokens?: number;
  /** More than one needs a cross-origin isolated page, and is one elsewhere. @defaultValue 1 */
  threads?: number;
  /** An address on this origin that serves wllama's WASM file. @defaultValue the source's own address of it */
  wasmUrl?: string;
}

/** A model that was loaded: what formats its prompts, and what continues them. */
interface LoadedModel {
  readonly format: PromptFormat;
  readonly runtime: WllamaRuntime;
}

/**
 * A GGUF model in llama.cpp, compiled to WASM by wllama, which starts a worker of its own from a `blob:` address: a
 * Content-Security-Policy has to allow `worker-src blob:`. Runs on a page and in a worker alike.
 *
 * A reply to a conversation whose beginning is that of the one before it costs only what is new. After an abort the
 * engine is free within one token, or while it still reads the prompt within eight.
 *
 * Of `GenerateOptions` it refuses `logProbs`, computes a speculative reply as any other, and holds to `jsonSchema` as
 * llama.cpp does: a reply that is cut at `maxTokens` is unfinished JSON.
 */
export class WllamaLanguageModel implements LanguageModel {
  readonly modelId: string;
  readonly capabilities: LanguageModelCapabilities;
  readonly #options: WllamaLanguageModelOptions;
  #lifecycle: EngineLifecycle<LoadedModel>;
  #disposed = false;

  /** @throws {RunAnywhereError} `invalid-options`. */
  constructor(options: WllamaLanguageModelOptions) {
    const {
      modelId = 'smollm2-135m-instruct-q4_1',
      contextTokens = 2048,
      threads = 1,
      languages = ['en'],
    } = options;
    requireCount('contextTokens', contextTokens, 1);
    requireCount('threads', threads, 1);
    this.modelId = modelId;
    this.capabilities = { contextTokens, languages };
    this.#options = { ...options, threads };
    this.#lifecycle = this.#newLifecycle();
  }

  load(options?: LoadOptions): Promise<void> {
    return this.#lifecycle.load(options);
  }

  generate(messages: readonly ChatMessage[], options: GenerateOptions = {}): AsyncIterable<GenerateEvent> {
    return this.#lifecycle.stream((model, signal) => this.#reply(model, messages, options, signal), options);
  }

  warm(messages: readonly ChatMessage[], options?: CallOptions): Promise<void> {
    return this.#lifecycle.run(async (model, signal) => {
      const beginning = this.#format(() => model.format.beginning(messages));
      this.#requireRoom(model.format.tokenIds(beginning).length);
      const greedy = resolveGenerateOptions({ seed: 0 });
      await model.runtime.complete(beginning, { ...greedy, maxTokens: 0, signal, onText: () => undefined });
    }, options);
  }

  promptTokens(messages: readonly ChatMessage[], options?: CallOptions): Promise<readonly number[]> {
    return this.#lifecycle.run(
      async ({ format }) => format.tokenIds(this.#format(() => format.prompt(messages))),
      options,
    );
  }

  dispose(): Promise<void> {
    this.#disposed = true;
    return this.#lifecycle.dispose();
  }

  #newLifecycle(): EngineLifecycle<LoadedModel> {
    return new EngineLifecycle({
      engine: this.modelId,
      open: (options) => this.#open(options),
      close: ({ runtime }) => runtime.exit(),
    });
  }

  async #open(options: LoadOptions): Promise<LoadedModel> {
    const { source, fileName = 'SmolLM2-135M-Instruct.Q4_1.gguf', wasmUrl, threads = 1 } = this.#options;
    const signal = options.signal ?? new AbortController().signal;
    const [file, wasmFile] = await Promise.all([
      source.open(this.modelId, fileName, options),
      source.open(WLLAMA_ID, WLLAMA_WASM, options),
    ]);
    const format = await this.#readFormat(file);
    const wasm = await findWasm(wasmFile, wasmUrl ?? source.urlOf(WLLAMA_ID, WLLAMA_WASM), signal);
    const runtime = await WllamaRuntime.start({
      engine: this.modelId,
      model: file,
      wasm,
      contextTokens: this.capabilities.contextTokens,
      threads,
      signal,
      onCrash: () => {
        // Calls that wait for the dead runtime fail with its error; the next load makes a new one.
        if (!this.#disposed) this.#lifecycle = this.#newLifecycle();
      },
    });
    return { format, runtime };
  }

  async #readFormat(file: Blob): Promise<PromptFormat> {
    try {
      const { metadata } = await openGguf(file, { modelId: this.modelId });
      return new PromptFormat(metadata, this.modelId);
    } catch (error) {
      throw toRunAnywhereError(error, this.modelId);
    }
  }

  async *#reply(
    model: LoadedModel,
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    signal: AbortSignal,
  ): AsyncGenerator<GenerateEvent> {
    const { promptProgress, logProbs, ...resolved } = resolveGenerateOptions(options);
    if (logProbs !== undefined)
      throw new RunAnywhereError('invalid-options', {
        option: 'logProbs',
        reason: 'wllama tells no probabilities while it answers',
      });
    const prompt = this.#format(() => model.format.prompt(messages));
    const room = this.#requireRoom(model.format.tokenIds(prompt).length);

    const events: GenerateEvent[] = [];
    let wake: () => void = () => undefined;
    const tell = (event: GenerateEvent): void => {
      events.push(event);
      wake();
    };
    const ending = model.runtime.complete(prompt, {
      ...resolved,
      maxTokens: Math.min(resolved.maxTokens, room),
      signal,
      onText: (text) => tell({ type: 'reply-delta', text }),
      ...(promptProgress && {
        onPromptProgress: (doneTokens: number, promptTokens: number) =>
          tell({ type: 'prompt-progress', doneTokens, promptTokens }),
      }),
    });
    const ended = ending.then(
      () => true,
      () => true,
    );
    let text = '';
    for (let over = false; !over; ) {
      over = await Promise.race([
        ended,
        new Promise<false>((resolve) => {
          wake = () => resolve(false);
          if (events.length > 0) wake();
        }),
      ]);
      for (const event of events.splice(0)) {
        if (event.type === 'reply-delta') text += event.text;
        yield event;
      }
    }
    const { finishReason, ...usage } = await ending;
    yield { type: 'reply-end', text, usage, finishReason };
  }

  /** A template may refuse a conversation, for example one that does not begin with the person. */
  #format(render: () => string): string {
    try {
      return render();
    } catch (error) {
      throw toRunAnywhereError(error, this.modelId);
    }
  }

  /** How many tokens a reply may have. */
  #requireRoom(promptTokens: number): number {
    const { contextTokens } = this.capabilities;
    if (promptTokens >= contextTokens)
      throw new RunAnywhereError('prompt-too-long', { promptTokens, contextTokens });
    return contextTokens - promptTokens;
  }
}
