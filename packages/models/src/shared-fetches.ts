import type { LoadOptions, LoadProgress } from '@runanywhere/core';

interface Fetch<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  readonly listeners: Set<(progress: LoadProgress) => void>;
  callers: number;
  latest: LoadProgress | undefined;
}

/**
 * Calls for the same thing at the same time share one piece of work. Each caller has its own signal and progress; the
 * work stops when the last caller has left.
 */
export class SharedFetches<T> {
  readonly #running = new Map<string, Fetch<T>>();

  async join(
    key: string,
    start: (options: Required<LoadOptions>) => Promise<T>,
    { signal, onProgress }: LoadOptions,
  ): Promise<T> {
    signal?.throwIfAborted();
    const shared = this.#running.get(key) ?? this.#begin(key, start);
    shared.callers++;
    if (onProgress) {
      shared.listeners.add(onProgress);
      if (shared.latest) onProgress(shared.latest);
    }
    try {
      return await unlessAborted(shared.result, signal);
    } finally {
      if (onProgress) shared.listeners.delete(onProgress);
      if (--shared.callers === 0) this.#end(key, shared);
    }
  }

  #begin(key: string, start: (options: Required<LoadOptions>) => Promise<T>): Fetch<T> {
    const controller = new AbortController();
    const listeners = new Set<(progress: LoadProgress) => void>();
    const onProgress = (progress: LoadProgress): void => {
      shared.latest = progress;
      for (const listener of listeners) listener(progress);
    };
    const result = start({ signal: controller.signal, onProgress });
    const shared: Fetch<T> = { result, controller, listeners, callers: 0, latest: undefined };
    result.catch(() => undefined); // Everybody may have left; whoever is there hears of it through `join`.
    this.#running.set(key, shared);
    return shared;
  }

  #end(key: string, shared: Fetch<T>): void {
    if (this.#running.get(key) === shared) this.#running.delete(key);
    shared.controller.abort();
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    signal.addEventListener('abort', leave);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
