import type { CallOptions, LoadOptions } from './engine.ts';
import { RunAnywhereError } from './errors.ts';

/** How one engine opens, and how it is freed. */
export interface EngineLifecycleOptions<Loaded> {
  /** Names the engine in errors. */
  engine: string;
  /** Does the loading. What it returns is handed to every call. */
  open: (options: LoadOptions) => Promise<Loaded>;
  /** Frees what `open` returned. No call is running on it any more. */
  close: (loaded: Loaded) => void | Promise<void>;
}

/** One load, and everybody who waits for it. */
interface Loading {
  readonly waiting: Set<LoadOptions>;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/**
 * What every engine promises about loading, order, cancelling and disposal, in one place: loads are shared, calls run one
 * after the other, an abort rejects the caller at once while the work winds down by itself, and nothing arrives late.
 */
export class EngineLifecycle<Loaded> {
  readonly #options: EngineLifecycleOptions<Loaded>;
  readonly #disposal = new AbortController();
  #loading: Loading | undefined;
  #loaded: Loaded | undefined;
  /** Settles when the last call that was queued has left the engine. Never rejects. */
  #tail: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: EngineLifecycleOptions<Loaded>) {
    this.#options = options;
  }

  /** Fills {@link Engine.load}. An abort ends the caller’s wait, and the load itself when nobody else waits for it. */
  async load(options: LoadOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    this.#disposal.signal.throwIfAborted();
    if (this.#loaded !== undefined) return;
    this.#loading ??= this.#startLoading();
    const loading = this.#loading;
    loading.waiting.add(options);
    try {
      await untilAborted(loading.done, [options.signal, this.#disposal.signal]);
    } catch (error) {
      loading.waiting.delete(options);
      if (loading.waiting.size === 0) loading.controller.abort(error);
      throw error;
    }
  }

  /** One call with one answer. */
  async run<Result>(
    work: (loaded: Loaded, signal: AbortSignal) => Promise<Result>,
    options: CallOptions = {},
  ): Promise<Result> {
    const call = this.#begin(options);
    try {
      return await untilAborted(
        this.#enqueue(call.signal, (loaded) => work(loaded, call.signal)),
        [call.signal],
      );
    } finally {
      call.end();
    }
  }

  /** One call with many answers. It begins when it is iterated; leaving the loop early aborts it. */
  stream<Item>(
    work: (loaded: Loaded, signal: AbortSignal) => AsyncIterable<Item>,
    options: CallOptions = {},
  ): AsyncIterableIterator<Item> {
    return this.#stream(work, options);
  }

  /** Fills {@link Engine.dispose}. Resolves when the running call has left the engine and everything is freed. */
  dispose(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #startLoading(): Loading {
    const waiting = new Set<LoadOptions>();
    const controller = new AbortController();
    // A microtask later, so that whoever asked hears even the progress that is told at once.
    const done = Promise.resolve()
      .then(() =>
        this.#open({
          signal: controller.signal,
          onProgress: (progress) => {
            for (const { onProgress } of waiting) onProgress?.(progress);
          },
        }),
      )
      .finally(() => {
        if (this.#loading?.controller === controller) this.#loading = undefined;
      });
    // A load that everybody has left must not hand its failure to whoever asks next.
    controller.signal.addEventListener('abort', () => {
      if (this.#loading?.controller === controller) this.#loading = undefined;
    });
    return { waiting, controller, done };
  }

  async #open(options: Required<LoadOptions>): Promise<void> {
    const loaded = await this.#options.open(options);
    const unwanted = this.#disposal.signal.aborted || options.signal.aborted;
    if (unwanted || this.#loaded !== undefined) return this.#options.close(loaded);
    this.#loaded = loaded;
  }

  async *#stream<Item>(
    work: (loaded: Loaded, signal: AbortSignal) => AsyncIterable<Item>,
    options: CallOptions,
  ): AsyncGenerator<Item, void, undefined> {
    const call = this.#begin(options);
    const items: Item[] = [];
    let wake: () => void = () => undefined;
    let ended = false;
    const running = this.#enqueue(call.signal, async (loaded) => {
      for await (const item of work(loaded, call.signal)) {
        items.push(item);
        wake();
      }
    }).finally(() => {
      ended = true;
      wake();
    });
    try {
      while (true) {
        call.signal.throwIfAborted();
        const item = items.shift();
        if (item !== undefined) {
          yield item;
        } else if (ended) {
          await running;
          return;
        } else {
          const more = new Promise<void>((resolve) => {
            wake = resolve;
          });
          await untilAborted(more, [call.signal]);
        }
      }
    } finally {
      running.catch(() => undefined); // The caller has its answer; what the work says afterwards is nobody’s business.
      call.cancel();
      call.end();
    }
  }

  /** A signal that follows the caller’s and the disposal. */
  #begin({ signal }: CallOptions): { signal: AbortSignal; cancel: () => void; end: () => void } {
    const controller = new AbortController();
    const sources = [signal, this.#disposal.signal].filter((source) => source !== undefined);
    const abort = (event: Event): void => controller.abort((event.target as AbortSignal).reason);
    for (const source of sources) {
      if (source.aborted) controller.abort(source.reason);
      source.addEventListener('abort', abort);
    }
    return {
      signal: controller.signal,
      cancel: () => controller.abort(),
      end: () => {
        for (const source of sources) source.removeEventListener('abort', abort);
      },
    };
  }

  #enqueue<Result>(signal: AbortSignal, work: (loaded: Loaded) => Promise<Result>): Promise<Result> {
    const running = this.#tail.then(() => {
      signal.throwIfAborted();
      if (this.#loaded === undefined)
        throw new RunAnywhereError('not-loaded', { engine: this.#options.engine });
      return work(this.#loaded);
    });
    this.#tail = running.catch(() => undefined);
    return running;
  }

  async #close(): Promise<void> {
    this.#disposal.abort(new RunAnywhereError('disposed', { what: this.#options.engine }));
    await Promise.all([this.#tail, this.#loading?.done.catch(() => undefined)]);
    const loaded = this.#loaded;
    this.#loaded = undefined;
    if (loaded !== undefined) await this.#options.close(loaded);
  }
}

/** `promise`, or a rejection with the reason of whichever signal aborts first. */
async function untilAborted<T>(
  promise: Promise<T>,
  signals: readonly (AbortSignal | undefined)[],
): Promise<T> {
  const listening: (() => void)[] = [];
  const aborted = new Promise<never>((_resolve, reject) => {
    for (const signal of signals) {
      if (!signal) continue;
      const abort = (): void => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
      listening.push(() => signal.removeEventListener('abort', abort));
    }
  });
  promise.catch(() => undefined); // It may fail after the abort has answered the caller.
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    for (const stop of listening) stop();
  }
}
