/** One try at something. */
export interface Attempt {
  /** Aborts when a newer attempt begins, when it is cancelled, and when the caller's own signal aborts. */
  readonly signal: AbortSignal;
  /** False once a newer attempt has begun, or this one was cancelled or ended. */
  isCurrent(): boolean;
  /** To be called once, however it went. */
  end(): void;
}

/**
 * At most one attempt at a time: to begin a new one aborts the one before, and whoever comes back late from an `await`
 * asks `isCurrent()`. All races of the session are decided here, by a number that only grows.
 */
export class Latest {
  #generation = 0;
  #controller: AbortController | undefined;

  /** Whether an attempt is under way. */
  get running(): boolean {
    return this.#controller !== undefined;
  }

  /** @param outer the caller's signal; its reason becomes the attempt's. */
  begin(outer?: AbortSignal): Attempt {
    this.cancel();
    const generation = ++this.#generation;
    const controller = new AbortController();
    this.#controller = controller;
    const forward = (): void => controller.abort(outer?.reason);
    if (outer?.aborted) forward();
    else outer?.addEventListener('abort', forward, { once: true });

    const isCurrent = (): boolean => generation === this.#generation && this.#controller === controller;
    return {
      signal: controller.signal,
      isCurrent,
      end: () => {
        outer?.removeEventListener('abort', forward);
        if (isCurrent()) this.#controller = undefined;
      },
    };
  }

  /** Aborts the attempt under way. @param reason @defaultValue the platform's `AbortError` */
  cancel(reason?: unknown): void {
    const controller = this.#controller;
    this.#controller = undefined;
    this.#generation++;
    controller?.abort(reason);
  }
}
