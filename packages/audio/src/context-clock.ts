const WINDOW = 50;

/**
 * Ties an audio context's time to `performance.now()`. A context's `currentTime` moves in steps, so right after a step it
 * says most: of the last 50 looks the one with the smallest difference counts. The two clocks may drift.
 */
export class ContextClock {
  readonly #differencesMs: number[] = [];

  /** Takes one look at both clocks, at the same moment. */
  add(contextMs: number, nowMs: number): void {
    if (this.#differencesMs.length === WINDOW) this.#differencesMs.shift();
    this.#differencesMs.push(nowMs - contextMs);
  }

  /** Forgets all looks: the context stood still for a while. */
  reset(): void {
    this.#differencesMs.length = 0;
  }

  /** When the context's time was 0, in milliseconds on the `performance.now()` clock. 0 before the first look. */
  get originMs(): number {
    return this.#differencesMs.length === 0 ? 0 : Math.min(...this.#differencesMs);
  }
}
