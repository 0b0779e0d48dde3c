import type { Engine, LoadProgress } from '@runanywhere/core';
import { orAborted } from './abortable.ts';

/** What {@link SharedLoad} needs of an engine. Speech inputs have it too. */
export type Loadable = Pick<Engine, 'load'>;

interface RunningLoad {
  readonly promise: Promise<void>;
  readonly controller: AbortController;
  waiters: number;
}

/**
 * Lets several callers wait for one load, each with a signal of its own: one who gives up does not stop the others, and
 * when nobody waits any more, the load is stopped. After a failure the next call tries afresh.
 */
export class SharedLoad {
  readonly #engine: Loadable;
  readonly #onProgress: (progress: LoadProgress) => void;
  #running: RunningLoad | undefined;
  #ready = false;

  constructor(engine: Loadable, onProgress: (progress: LoadProgress) => void) {
    this.#engine = engine;
    this.#onProgress = onProgress;
  }

  /** Whether it has been loaded once. It may have to be loaded again, after a crash. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Rejects as the engine's load does, or with the signal's own reason. */
  async load(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#running ??= this.#begin();
    const running = this.#running;
    running.waiters++;
    try {
      await orAborted(running.promise, signal);
    } finally {
      running.waiters--;
      if (running.waiters === 0) {
        if (this.#running === running) this.#running = undefined;
        running.controller.abort();
      }
    }
  }

  #begin(): RunningLoad {
    const controller = new AbortController();
    const { signal } = controller;
    const promise = this.#engine
      .load({ signal, onProgress: (progress) => !signal.aborted && this.#onProgress(progress) })
      .then(() => {
        this.#ready = true;
      });
    // Everybody may have gone before it fails.
    promise.catch(() => undefined);
    return { promise, controller, waiters: 0 };
  }
}
