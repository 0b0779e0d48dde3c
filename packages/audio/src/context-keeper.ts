import { RunAnywhereError } from '@runanywhere/core';

/** Events in which browsers allow sound to start (HTML, "user activation"). */
const GESTURES = ['pointerdown', 'pointerup', 'keydown', 'touchend'] as const;
/** A context that may run does so within some tens of milliseconds. */
const BLOCKED_AFTER_MS = 500;

/** How a {@link ContextKeeper} works. */
export interface ContextKeeperOptions {
  readonly context: AudioContext;
  /** Called when the browser holds the sound back until a gesture. */
  readonly onBlocked: () => void;
  /** Called whenever the context begins to run again. */
  readonly onRunning?: () => void;
}

/**
 * Keeps an audio context running: resumes it when it is suspended or interrupted (a phone call, autoplay rules), and
 * where the browser refuses, at the person's next click, tap or key.
 */
export class ContextKeeper {
  readonly #context: AudioContext;
  readonly #options: ContextKeeperOptions;
  readonly #waiting = new Set<() => void>();
  #blockedTimer: ReturnType<typeof setTimeout> | undefined;
  #armed = false;
  #keeping = false;

  constructor(options: ContextKeeperOptions) {
    this.#options = options;
    this.#context = options.context;
  }

  /** From now on the context is to run. */
  keep(): void {
    if (this.#keeping) return;
    this.#keeping = true;
    this.#context.addEventListener('statechange', this.#look);
    this.#look();
  }

  /**
   * Resolves when the context runs.
   *
   * @throws {RunAnywhereError} `audio-blocked` after `timeoutMs`. Rejects with the signal's reason when that aborts.
   */
  untilRunning(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#context.state === 'running') return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#waiting.delete(running);
        act();
      };
      const running = (): void => settle(resolve);
      const abort = (): void => settle(() => reject(signal.reason));
      const timer = setTimeout(
        () => settle(() => reject(new RunAnywhereError('audio-blocked', {}))),
        timeoutMs,
      );
      this.#waiting.add(running);
      signal.addEventListener('abort', abort);
    });
  }

  /** Lets the context go; call it before closing. */
  release(): void {
    this.#keeping = false;
    this.#context.removeEventListener('statechange', this.#look);
    this.#calm();
  }

  readonly #look = (): void => {
    if (!this.#keeping || this.#context.state === 'closed') return;
    if (this.#context.state === 'running') {
      this.#calm();
      this.#options.onRunning?.();
      for (const running of [...this.#waiting]) running();
      return;
    }
    this.#resume();
    this.#blockedTimer ??= setTimeout(() => this.#arm(), BLOCKED_AFTER_MS);
  };

  readonly #resume = (): void => {
    // Without leave it stays pending or rejects, by browser; either way a gesture asks again.
    this.#context.resume().catch(() => undefined);
  };

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    for (const gesture of GESTURES) document.addEventListener(gesture, this.#resume, { capture: true });
    this.#options.onBlocked();
  }

  #calm(): void {
    clearTimeout(this.#blockedTimer);
    this.#blockedTimer = undefined;
    this.#armed = false;
    for (const gesture of GESTURES) document.removeEventListener(gesture, this.#resume, { capture: true });
  }
}
