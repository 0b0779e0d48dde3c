import {
  type CallOptions,
  type ChatMessage,
  EngineLifecycle,
  type GenerateEvent,
  type GenerateOptions,
  type LanguageModel,
  type LanguageModelCapabilities,
  type LanguageModelRuntime,
  type Languages,
  type LoadOptions,
  type ModelSource,
  RunAnywhereError,
} from '@runanywhere/core';
import { loadKernels, loadTransformer, openGguf, type Transformer } from '@runanywhere/kernels';
import { generateReply } from '../generation/generate-reply.ts';
import { requireCount, resolveGenerateOptions } from '../generation/generation-options.ts';
import { VocabularyBytes } from '../generation/json-schema/vocabulary-bytes.ts';
import { readPrompt } from '../generation/read-prompt.ts';
import { PromptFormat } from '../gguf/prompt-format.ts';
import { warmUp } from './warm-up.ts';

/** Options of {@link KernelLanguageModel}. */
export interface KernelLanguageModelOptions {
  /** Where the model comes from. */
  source: ModelSource;
  /** @defaultValue `'smollm2-135m-instruct-q4_1'` */
  modelId?: string;
  /** The GGUF file in the model's folder. @defaultValue `'SmolLM2-135M-Instruct.Q4_1.gguf'` */
  fileName?: string;
  /** What the model answers in. @defaultValue `['en']` */
  languages?: Languages;
  /** Tokens that prompt and reply may have together. Memory grows with it. @defaultValue 2048 */
  contextTokens?: number;
  /** How keys and values of the conversation are kept; 8 bits take a quarter of the memory. @defaultValue `'float32'` */
  kvCache?: 'float32' | 'int8';
}

/** A model that was loaded. */
interface LoadedModel {
  readonly format: PromptFormat;
  readonly transformer: Transformer;
  readonly vocabulary: () => VocabularyBytes;
}

/**
 * A GGUF model in the SDK's own WASM kernels, on one thread, in the thread that calls it: in an app, that is a worker. It
 * needs neither cross-origin isolation nor a worker of its own, and fetches no code.
 *
 * A reply to a conversation whose beginning is that of the one before it costs only what is new. After an abort the
 * engine is free within one token, or while it still reads the prompt within 16.
 */
export class KernelLanguageModel implements LanguageModel {
  readonly modelId: string;
  readonly capabilities: LanguageModelCapabilities;
  readonly #options: KernelLanguageModelOptions;
  readonly #lifecycle: EngineLifecycle<LoadedModel>;
  #runtime: LanguageModelRuntime | undefined;

  /** @throws {RunAnywhereError} `invalid-options`. */
  constructor(options: KernelLanguageModelOptions) {
    const {
      modelId = 'smollm2-135m-instruct-q4_1',
      contextTokens = 2048,
      languages = ['en'],
      kvCache = 'float32',
    } = options;
    requireCount('contextTokens', contextTokens, 1);
    if (kvCache !== 'float32' && kvCache !== 'int8')
      throw new RunAnywhereError('invalid-options', {
        option: 'kvCache',
        reason: 'it must be "float32" or "int8"',
      });
    this.modelId = modelId;
    this.capabilities = { contextTokens, languages };
    this.#options = options;
    this.#lifecycle = new EngineLifecycle({
      engine: modelId,
      open: (loadOptions) => this.#open(loadOptions),
      close: ({ transformer }) => transformer.dispose(),
    });
  }

  get runtime(): LanguageModelRuntime | undefined {
    return this.#runtime;
  }

  /** @throws {RunAnywhereError} as every engine, and `model-invalid`, and `model-unsupported`: another engine may know the model. */
  load(options?: LoadOptions): Promise<void> {
    return this.#lifecycle.load(options);
  }

  generate(messages: readonly ChatMessage[], options: GenerateOptions = {}): AsyncIterable<GenerateEvent> {
    return this.#lifecycle.stream((model, signal) => this.#reply(model, messages, options, signal), options);
  }

  warm(messages: readonly ChatMessage[], options?: CallOptions): Promise<void> {
    return this.#lifecycle.run(async ({ format, transformer }, signal) => {
      const ids = format.tokenIds(format.beginning(messages));
      this.#requireRoom(ids.length);
      for await (const _progress of readPrompt(transformer, ids, { signal, logits: false }));
    }, options);
  }

  promptTokens(messages: readonly ChatMessage[], options?: CallOptions): Promise<readonly number[]> {
    return this.#lifecycle.run(async ({ format }) => format.tokenIds(format.prompt(messages)), options);
  }

  dispose(): Promise<void> {
    return this.#lifecycle.dispose();
  }

  async #open(options: LoadOptions): Promise<LoadedModel> {
    const { source, fileName = 'SmolLM2-135M-Instruct.Q4_1.gguf', kvCache = 'float32' } = this.#options;
    const { modelId } = this;
    const { contextTokens } = this.capabilities;
    const signal = options.signal ?? new AbortController().signal;
    const blob = await source.open(modelId, fileName, options);
    const file = await openGguf(blob, { modelId, signal });
    const format = new PromptFormat(file.metadata, modelId);
    signal.throwIfAborted();
    const kernels = await loadKernels();
    const transformer = await loadTransformer({ kernels, file, contextTokens, kvCache, signal, modelId });
    await warmUp(transformer, signal);
    let vocabulary: VocabularyBytes | undefined;
    this.#runtime = {
      name: 'kernel',
      reason: `the kernels know the model: ${transformer.config.architecture}, ${kernels.level} SIMD`,
    };
    return {
      format,
      transformer,
      vocabulary: () => {
        vocabulary ??= new VocabularyBytes(format);
        return vocabulary;
      },
    };
  }

  async *#reply(
    { format, transformer, vocabulary }: LoadedModel,
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    signal: AbortSignal,
  ): AsyncGenerator<GenerateEvent> {
    const resolved = resolveGenerateOptions(options);
    const ids = format.tokenIds(format.prompt(messages));
    this.#requireRoom(ids.length);
    const { contextTokens } = this.capabilities;
    yield* generateReply({ model: transformer, format, vocabulary, contextTokens }, ids, resolved, signal);
  }

  /** A prompt must leave room for one token at least. */
  #requireRoom(promptTokens: number): void {
    const { contextTokens } = this.capabilities;
    if (promptTokens >= contextTokens)
      throw new RunAnywhereError('prompt-too-long', { promptTokens, contextTokens });
  }
}
