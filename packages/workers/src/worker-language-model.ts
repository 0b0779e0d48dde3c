import type {
  CallOptions,
  ChatMessage,
  GenerateEvent,
  GenerateOptions,
  LanguageModel,
  LanguageModelCapabilities,
} from '@runanywhere/core';
import type { LanguageModelMethods, LanguageModelOptions } from './methods.ts';
import { WorkerEngine, type WorkerOptions } from './worker-engine.ts';

/** Options of {@link WorkerLanguageModel}. */
export interface WorkerLanguageModelOptions extends WorkerOptions, LanguageModelOptions {
  /** @defaultValue `'smollm2-135m-instruct-q4_1'` */
  modelId?: string;
}

/** A GGUF model in a worker of its own. */
export class WorkerLanguageModel extends WorkerEngine<LanguageModelMethods> implements LanguageModel {
  declare readonly capabilities: LanguageModelCapabilities;

  constructor(options: WorkerLanguageModelOptions) {
    const { contextTokens = 2048, languages = ['en'] } = options;
    const start = (): Worker =>
      new Worker(new URL('./llm-processor.worker.ts', import.meta.url), {
        type: 'module',
        name: 'llm-processor',
      });
    super({ name: 'llm-processor', modelId: 'smollm2-135m-instruct-q4_1', start }, options);
    this.capabilities = { contextTokens, languages };
  }

  async *generate(
    messages: readonly ChatMessage[],
    { signal, ...options }: GenerateOptions = {},
  ): AsyncGenerator<GenerateEvent> {
    yield* this.client.stream('generate', { messages, options }, { signal });
  }

  async warm(messages: readonly ChatMessage[], { signal }: CallOptions = {}): Promise<void> {
    return this.client.call('warm', messages, { signal });
  }

  async promptTokens(
    messages: readonly ChatMessage[],
    { signal }: CallOptions = {},
  ): Promise<readonly number[]> {
    return this.client.call('promptTokens', messages, { signal });
  }
}
