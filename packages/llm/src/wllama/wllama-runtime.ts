import { isRunAnywhereError, RunAnywhereError } from '@runanywhere/core';
import type { RawCompletionChunk, Wllama } from '@wllama/wllama/esm/index.js';
import type { ResolvedGenerateOptions } from '../generation/generation-options.ts';
import { PENALTY_TOKENS } from '../generation/sampler.ts';
import type { WasmAddress } from './wasm-address.ts';

/**
 * Prompt tokens that wllama computes in one go, and so the longest one waits for an abort. A prompt takes it as long in
 * small batches as in large ones, so nothing is lost by a small one.
 */
const BATCH_TOKENS = 8;

/** What a runtime is started with. */
export interface WllamaRuntimeOptions {
  readonly engine: string;
  readonly model: Blob;
  readonly wasm: WasmAddress;
  readonly contextTokens: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Called once if the worker dies by itself after the start. */
  readonly onCrash: () => void;
}

/** What a completion is asked for. */
export interface CompletionOptions
  extends Omit<ResolvedGenerateOptions, 'logProbs' | 'promptProgress' | 'speculative'> {
  readonly signal: AbortSignal;
  /** Called while the prompt is read. */
  readonly onPromptProgress?: (doneTokens: number, promptTokens: number) => void;
  /** Called with each piece of text, at least one character long. */
  readonly onText: (text: string) => void;
}

/** How a completion went, counted by llama.cpp. */
export interface Completion {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly replyTokens: number;
  readonly finishReason: 'stop' | 'length';
}

/**
 * One llama.cpp in one worker of wllama's, with all that can go wrong turned into errors. One call at a time: a second
 * one would never be answered.
 */
export class WllamaRuntime {
  readonly #options: WllamaRuntimeOptions;
  readonly #wllama: Wllama;
  readonly #death: Death;

  private constructor(options: WllamaRuntimeOptions, wllama: Wllama, death: Death) {
    this.#options = options;
    this.#wllama = wllama;
    this.#death = death;
    death.promise.catch((cause: unknown) => {
      void wllama.exit();
      options.wasm.release();
      if (isRunAnywhereError(cause, 'worker-crashed')) options.onCrash();
    });
  }

  /** @throws {RunAnywhereError} `engine-failed`, `worker-unavailable`; the signal's reason. */
  static async start(options: WllamaRuntimeOptions): Promise<WllamaRuntime> {
    const { engine, signal } = options;
    const { Wllama } = await import('@wllama/wllama/esm/index.js');
    signal.throwIfAborted();
    requireMemory64(engine);
    const death = new Death();
    const wllama = new Wllama(
      { default: options.wasm.url },
      { suppressNativeLog: true, logger: quietLogger(death) },
    );
    wllama.setCompat(null); // Otherwise browsers without JSPI fetch code from a CDN.
    const runtime = new WllamaRuntime(options, wllama, death);
    const abort = (): void => death.happen(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      await death.race(runtime.#load());
      return runtime;
    } catch (error) {
      runtime.exit();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /**
   * Continues `prompt`. An abort lets the running token or batch finish, then rejects with the signal's reason.
   *
   * @throws {RunAnywhereError} `worker-crashed`: this runtime is dead, start another. `engine-failed`.
   */
  async complete(prompt: string, options: CompletionOptions): Promise<Completion> {
    const { signal, onText } = options;
    let last: RawCompletionChunk | undefined;
    try {
      await this.#death.race(
        this.#wllama.createCompletion({
          prompt,
          stream: true,
          ...nativeOptions(options),
          abortSignal: signal,
          onData: (chunk) => {
            last = chunk;
            const progress = chunk.prompt_progress;
            if (progress && !signal.aborted) options.onPromptProgress?.(progress.processed, progress.total);
            const text = chunk.choices[0]?.text;
            if (text && !signal.aborted) onText(text);
          },
        }),
      );
    } catch (cause) {
      throw this.#completionError(cause, signal);
    }
    const usage = last?.usage;
    if (!usage)
      throw new RunAnywhereError('engine-failed', {
        engine: this.#options.engine,
        reason: 'it stopped without an end',
      });
    return {
      promptTokens: usage.prompt_tokens,
      cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
      replyTokens: usage.completion_tokens,
      finishReason: last?.choices[0]?.finish_reason === 'length' ? 'length' : 'stop',
    };
  }

  /** Whether this runtime can still answer. */
  get alive(): boolean {
    return this.#death.cause === undefined;
  }

  /** Ends the worker, whatever it does. Calls in flight reject. */
  exit(): void {
    this.#death.happen(new RunAnywhereError('disposed', { what: this.#options.engine }));
  }

  async #load(): Promise<void> {
    const { engine, model, contextTokens, threads } = this.#options;
    const loading = this.#wllama.loadModel([model], {
      n_ctx: contextTokens,
      n_threads: threads,
      n_gpu_layers: 0,
      // One sequence, so that every conversation is compared with the one before it. With two, a conversation of which
      // less than a tenth is known is put elsewhere and the known part computed again.
      n_parallel: 1,
      n_batch: BATCH_TOKENS,
      n_ubatch: BATCH_TOKENS,
    });
    // An exit before wllama has made its worker finds nothing to end; what comes to life afterwards is ended here.
    const endIfUnwanted = (): void => {
      if (!this.alive) void this.#wllama.exit();
    };
    loading.then(endIfUnwanted, endIfUnwanted);
    try {
      await loading;
    } catch (cause) {
      throw new RunAnywhereError(
        'engine-failed',
        { engine, reason: 'the model could not be loaded' },
        { cause },
      );
    }
    // wllama does not reject for a file that llama.cpp refuses.
    if (!(this.#wllama.getLoadedContextInfo().n_vocab > 0))
      throw new RunAnywhereError('engine-failed', {
        engine,
        reason: 'llama.cpp does not take the model file',
      });
    this.#death.started = true;
  }

  #completionError(cause: unknown, signal: AbortSignal): unknown {
    if (this.#death.cause !== undefined) return this.#death.cause;
    if (signal.aborted) return signal.reason;
    // Only errors with a type are answers of llama.cpp; all others mean that its worker is lost.
    if (cause instanceof Error && 'type' in cause)
      return new RunAnywhereError(
        'engine-failed',
        { engine: this.#options.engine, reason: 'llama.cpp refused the prompt' },
        { cause },
      );
    const crash = new RunAnywhereError('worker-crashed', { worker: 'wllama' }, { cause });
    this.#death.happen(crash);
    return crash;
  }
}

/** The options as llama.cpp's server names them (`tools/server/README.md` there); wllama hands them on as they are. */
function nativeOptions(options: CompletionOptions): object {
  const { stop, logitBias, jsonSchema, onPromptProgress } = options;
  return {
    max_tokens: options.maxTokens,
    temperature: options.temperature,
    seed: options.seed,
    top_k: options.topK,
    top_p: options.topP,
    min_p: options.minP,
    repeat_penalty: options.repetitionPenalty,
    repeat_last_n: PENALTY_TOKENS,
    ...(stop.length > 0 && { stop }),
    // JSON has no infinity; `false` forbids a token.
    ...(logitBias.size > 0 && {
      logit_bias: [...logitBias].map(([id, bias]) => [id, bias === Number.NEGATIVE_INFINITY ? false : bias]),
    }),
    ...(jsonSchema !== undefined && { json_schema: jsonSchema === true ? {} : jsonSchema }),
    ...(onPromptProgress && { return_progress: true }),
  };
}

/** The end of a runtime, for everyone who waits for it. wllama's own promises stay open when its worker goes. */
class Death {
  /** Set once the model is loaded: from then on, an error of the worker is a crash and not a failed start. */
  started = false;
  cause: unknown;
  #reject: (cause: unknown) => void = () => undefined;
  /** Rejects with {@link cause}. */
  readonly promise: Promise<never>;

  constructor() {
    this.promise = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
  }

  happen(cause: unknown): void {
    this.cause ??= cause;
    this.#reject(this.cause);
  }

  race<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined); // It may fail after the end.
    return Promise.race([promise, this.promise]);
  }
}

/** wllama reports errors of its worker nowhere but in its log, where they come as events. */
function quietLogger(death: Death): Record<'debug' | 'log' | 'warn' | 'error', (...args: unknown[]) => void> {
  const ignore = (): void => undefined;
  return {
    debug: ignore,
    log: ignore,
    warn: ignore,
    error: (first: unknown) => {
      if (!(first instanceof Event)) return;
      death.happen(
        death.started
          ? new RunAnywhereError('worker-crashed', { worker: 'wllama' })
          : new RunAnywhereError('worker-unavailable', {
              worker: 'wllama',
              url: 'a blob: address, which needs worker-src blob:',
            }),
      );
    },
  };
}

/** wllama's WASM uses 64-bit addresses; a browser without them would never finish loading it. */
function requireMemory64(engine: string): void {
  try {
    // `address` is not in the type library yet.
    new WebAssembly.Memory({
      address: 'i64',
      initial: 1n,
      maximum: 1n,
    } as unknown as WebAssembly.MemoryDescriptor);
  } catch (cause) {
    throw new RunAnywhereError(
      'engine-failed',
      { engine, reason: 'this browser has no WebAssembly Memory64' },
      { cause },
    );
  }
}
