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
    requireCount('contextTokens', contextTokens);
    requireCount('threads', threads);
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
      await model.runtime.complete(beginning, {
        maxTokens: 0,
        temperature: 0,
        seed: 0,
        signal,
        onText: () => undefined,
      });
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
    { maxTokens = 128, temperature = 0, seed = freshSeed() }: GenerateOptions,
    signal: AbortSignal,
  ): AsyncGenerator<GenerateEvent> {
    requireCount('maxTokens', maxTokens);
    if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY))
      throw new RunAnywhereError('invalid-options', {
        option: 'temperature',
        reason: 'it must be 0 or more',
      });
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
      throw new RunAnywhereError('invalid-options', {
        option: 'seed',
        reason: 'it must be a whole number below 2³²',
      });
    const prompt = this.#format(() => model.format.prompt(messages));
    const room = this.#requireRoom(model.format.tokenIds(prompt).length);

    const pieces: string[] = [];
    let wake: () => void = () => undefined;
    const ending = model.runtime.complete(prompt, {
      maxTokens: Math.min(maxTokens, room),
      temperature,
      seed,
      signal,
      onText: (piece) => {
        pieces.push(piece);
        wake();
      },
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
          if (pieces.length > 0) wake();
        }),
      ]);
      for (const piece of pieces.splice(0)) {
        text += piece;
        yield { type: 'reply-delta', text: piece };
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

function requireCount(option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new RunAnywhereError('invalid-options', { option, reason: 'it must be a whole number above 0' });
}

function freshSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] as number;
}
