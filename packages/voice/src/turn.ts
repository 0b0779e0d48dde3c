import type { RunAnywhereError } from '@runanywhere/core';
import type { TurnOutcome, TurnTimings } from './turn-timings.ts';

/** One exchange while it goes on: its number, its moments, and who waits for its end. */
export class Turn {
  readonly number: number;
  /** Whether the person asked for it; otherwise the app did, with `say()`. */
  readonly asked: boolean;
  readonly #timings: { -readonly [Key in keyof TurnTimings]: TurnTimings[Key] } = {};
  readonly #waiting: { resolve: () => void; reject: (error: RunAnywhereError) => void }[] = [];

  constructor(number: number, asked: boolean) {
    this.number = number;
    this.asked = asked;
  }

  /** The moments so far. */
  get timings(): TurnTimings {
    return { ...this.#timings };
  }

  /** Notes a moment; the last one counts. */
  mark(step: keyof TurnTimings, atMs: number): void {
    this.#timings[step] = atMs;
  }

  /** Notes a moment, unless there is one already. */
  markFirst(step: keyof TurnTimings, atMs: number): void {
    this.#timings[step] ??= atMs;
  }

  /** Forgets the reply's moments: it was dropped before anybody heard it, another will come. */
  forgetReply(): void {
    delete this.#timings.firstTokenMs;
    delete this.#timings.replyEndMs;
  }

  /** Resolves when the turn ends, however; rejects when it fails. */
  ended(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Tells those who wait. */
  end(outcome: TurnOutcome, error?: RunAnywhereError): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (outcome === 'failed' && error) reject(error);
      else resolve();
    }
  }
}
