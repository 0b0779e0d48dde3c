import {
  type CallOptions,
  type ChatMessage,
  EngineLifecycle,
  type GenerateEvent,
  type GenerateOptions,
  isRunAnywhereError,
  type LanguageModel,
  type LanguageModelCapabilities,
  type LanguageModelRuntime,
  type LoadOptions,
  type ModelSource,
  RunAnywhereError,
} from '@runanywhere/core';
import { KernelLanguageModel, type KernelLanguageModelOptions } from './kernel/kernel-language-model.ts';
import { WllamaLanguageModel, type WllamaLanguageModelOptions } from './wllama/wllama-language-model.ts';

/** What may run a GGUF model. `'auto'`: the kernels where they know the model, else wllama. */
export type GgufRuntime = 'auto' | 'kernel' | 'wllama';

/** Options of {@link GgufLanguageModel}. `kvCache` is the kernels', `threads` and `wasmUrl` are wllama's. */
export interface GgufLanguageModelOptions extends KernelLanguageModelOptions, WllamaLanguageModelOptions {
  /** @defaultValue `'auto'` */
  runtime?: GgufRuntime;
}

/** An engine that was chosen and loaded. */
interface Chosen {
  readonly engine: LanguageModel;
  readonly runtime: LanguageModelRuntime;
}

/**
 * Any GGUF model: the SDK's own kernels run it where they know its architecture, the types of its tensors and its
 * tokenizer, which the header of the file tells before any weights are read; llama.cpp through wllama runs the others.
 * After the load, {@link runtime} says which it is and why.
 */
export class GgufLanguageModel implements LanguageModel {
  readonly modelId: string;
  readonly capabilities: LanguageModelCapabilities;
  readonly #options: GgufLanguageModelOptions;
  readonly #lifecycle: EngineLifecycle<Chosen>;
  #chosen: Chosen | undefined;

  /** @throws {RunAnywhereError} `invalid-options`. */
  constructor(options: GgufLanguageModelOptions) {
    const { runtime = 'auto' } = options;
    if (!['auto', 'kernel', 'wllama'].includes(runtime))
      throw new RunAnywhereError('invalid-options', {
        option: 'runtime',
        reason: 'it must be "auto", "kernel" or "wllama"',
      });
    // Both check the options they share; only one of them is ever loaded.
    const kernel = new KernelLanguageModel(options);
    this.modelId = kernel.modelId;
    this.capabilities = kernel.capabilities;
    this.#options = options;
    this.#lifecycle = new EngineLifecycle({
      engine: this.modelId,
      open: (loadOptions) => this.#open(runtime, loadOptions),
      close: ({ engine }) => engine.dispose(),
    });
  }

  get runtime(): LanguageModelRuntime | undefined {
    return this.#chosen?.runtime;
  }

  async load(options?: LoadOptions): Promise<void> {
    await this.#lifecycle.load(options);
    // Free, unless its worker has crashed meanwhile.
    await this.#chosen?.engine.load(options);
  }

  generate(messages: readonly ChatMessage[], options: GenerateOptions = {}): AsyncIterable<GenerateEvent> {
    return this.#lifecycle.stream(
      ({ engine }, signal) => engine.generate(messages, { ...options, signal }),
      options,
    );
  }

  warm(messages: readonly ChatMessage[], options?: CallOptions): Promise<void> {
    return this.#lifecycle.run(({ engine }, signal) => engine.warm(messages, { signal }), options);
  }

  promptTokens(messages: readonly ChatMessage[], options?: CallOptions): Promise<readonly number[]> {
    return this.#lifecycle.run(({ engine }, signal) => engine.promptTokens(messages, { signal }), options);
  }

  dispose(): Promise<void> {
    return this.#lifecycle.dispose();
  }

  async #open(runtime: GgufRuntime, options: LoadOptions): Promise<Chosen> {
    const source = openedOnce(this.#options.source);
    const chosen = await this.#choose(runtime, { ...this.#options, source }, options);
    this.#chosen = chosen;
    return chosen;
  }

  async #choose(
    runtime: GgufRuntime,
    engineOptions: GgufLanguageModelOptions,
    options: LoadOptions,
  ): Promise<Chosen> {
    let reason = 'it was asked for';
    if (runtime !== 'wllama') {
      try {
        const engine = await loaded(new KernelLanguageModel(engineOptions), options);
        if (runtime === 'kernel') return { engine, runtime: { name: 'kernel', reason } };
        return {
          engine,
          runtime: engine.runtime ?? { name: 'kernel', reason: 'the kernels know the model' },
        };
      } catch (error) {
        if (runtime === 'kernel' || !isRunAnywhereError(error, 'model-unsupported')) throw error;
        reason = `the kernels do not know ${error.details.what}`;
      }
    }
    const engine = await loaded(new WllamaLanguageModel(engineOptions), options);
    return { engine, runtime: { name: 'wllama', reason } };
  }
}

async function loaded<Model extends LanguageModel>(engine: Model, options: LoadOptions): Promise<Model> {
  try {
    await engine.load(options);
    return engine;
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

/** The source, which opens each file once: the second engine takes what the first one opened. */
function openedOnce(source: ModelSource): ModelSource {
  const files = new Map<string, Promise<Blob>>();
  return {
    open(modelId, fileName, options) {
      const name = `${modelId}/${fileName}`;
      const known = files.get(name);
      if (known) return known;
      const opening = source.open(modelId, fileName, options);
      files.set(name, opening);
      opening.catch(() => files.delete(name)); // The next load tries afresh.
      return opening;
    },
    urlOf: (modelId, fileName) => source.urlOf(modelId, fileName),
  };
}
