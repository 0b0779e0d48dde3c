import type { SpeechOutput } from '@runanywhere/core';

/** Opens the output once, however often it is asked to, and again only after that failed. */
export class OutputControl {
  readonly #output: SpeechOutput;
  readonly #volume: number;
  #opening: Promise<void> | undefined;

  /** @param volume 0 to 1, set when it opens. */
  constructor(output: SpeechOutput, volume: number) {
    this.#output = output;
    this.#volume = volume;
  }

  /** Rejects as the output does. */
  open(): Promise<void> {
    if (this.#opening) return this.#opening;
    this.#output.setVolume(this.#volume);
    const opening = this.#output.open();
    this.#opening = opening;
    // Tried afresh the next time.
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    return opening;
  }

  /** Begins to open it now, within the click that the browser asks for; if that fails, the reply that needs it will tell. */
  prepare(): void {
    this.open().catch(() => undefined);
  }
}
