import {
  type AudioClip,
  type Clock,
  clipDurationMs,
  RunAnywhereError,
  type SpeechOutput,
} from '@runanywhere/core';

/** Rounding of rates and block sizes may make a clip this much shorter than it is, in milliseconds. */
const TOLERANCE_MS = 30;
/** How often a wait looks at the output's clock, at least. */
const POLL_MS = 250;

/** What {@link Playback} tells. */
export interface PlaybackHooks {
  /** The first sound can be heard. Called once. */
  onAudible(atMs: number): void;
}

/**
 * One reply's way through the output: how much of it was queued, how much of it was heard. The output may run dry
 * between two sentences and start again; here that is one stretch of time.
 */
export class Playback {
  readonly #output: SpeechOutput;
  readonly #clock: Clock;
  readonly #stallMs: number;
  readonly #stopListening: readonly (() => void)[];
  readonly #wakers = new Set<() => void>();
  #queuedMs = 0;
  /** What was played before the output last ran dry. */
  #endedMs = 0;
  #playing = false;
  #audible = false;
  #failure: RunAnywhereError | undefined;

  /** @param stallMs how long the output's clock may stand still before the output counts as dead. */
  constructor(
    output: SpeechOutput,
    { clock, stallMs, hooks }: { clock: Clock; stallMs: number; hooks: PlaybackHooks },
  ) {
    this.#output = output;
    this.#clock = clock;
    this.#stallMs = stallMs;
    this.#stopListening = [
      output.events.on('playback-start', ({ atMs }) => {
        // The echo of an earlier reply, stopped before it began.
        if (this.#queuedMs === 0) return;
        this.#playing = true;
        if (!this.#audible) {
          this.#audible = true;
          hooks.onAudible(atMs);
        }
        this.#wake();
      }),
      output.events.on('playback-end', ({ playedMs, stopped }) => {
        if (!this.#playing) return;
        this.#playing = false;
        // Stopped by somebody else: what was queued will not come any more.
        this.#endedMs = stopped ? this.#queuedMs : this.#endedMs + playedMs;
        this.#wake();
      }),
      output.events.on('error', (error) => {
        this.#failure = error;
        this.#wake();
      }),
    ];
  }

  /** Whether anything of the reply has been heard. */
  get audible(): boolean {
    return this.#audible;
  }

  /** How much of the reply has been heard, in milliseconds. */
  get playedMs(): number {
    return Math.min(this.#queuedMs, this.#endedMs + (this.#playing ? this.#output.playedMs() : 0));
  }

  /** How much sound the reply has so far, in milliseconds. */
  get queuedMs(): number {
    return this.#queuedMs;
  }

  /** Queues a clip behind what is queued. */
  enqueue(clip: AudioClip): void {
    // Before it is handed over: the output may take the samples away, and may call back at once.
    this.#queuedMs += clipDurationMs(clip);
    this.#output.enqueue(clip);
  }

  /**
   * Resolves when less than `leadMs` of sound is waiting to be played, or the clip that begins at `lastClipMs` has begun.
   *
   * @throws {RunAnywhereError} `timeout` when the output's clock stands still, or what the output reported.
   */
  async untilLeadBelow(leadMs: number, lastClipMs: number, signal: AbortSignal): Promise<void> {
    await this.#until(
      () => this.#queuedMs - this.playedMs < leadMs || (this.#audible && this.playedMs >= lastClipMs),
      signal,
    );
  }

  /** Resolves when everything that was queued has been played. Throws like {@link untilLeadBelow}. */
  async untilDrained(signal: AbortSignal): Promise<void> {
    await this.#until(() => !this.#playing && this.#queuedMs - this.#endedMs <= TOLERANCE_MS, signal);
  }

  /** Drops what has not been played and says no more. */
  stop(): void {
    this.end();
    this.#output.stop();
  }

  /** Listens no longer. */
  end(): void {
    for (const stop of this.#stopListening) stop();
    this.#wake();
  }

  async #until(reached: () => boolean, signal: AbortSignal): Promise<void> {
    let playedMs = this.playedMs;
    let sinceMs = this.#clock.now();
    for (;;) {
      signal.throwIfAborted();
      if (this.#failure) throw this.#failure;
      if (reached()) return;
      const nowMs = this.#clock.now();
      if (this.playedMs !== playedMs) {
        playedMs = this.playedMs;
        sinceMs = nowMs;
      } else if (nowMs - sinceMs >= this.#stallMs) {
        throw new RunAnywhereError('timeout', { operation: 'playback', timeoutMs: this.#stallMs });
      }
      await this.#nextEvent(signal);
    }
  }

  #nextEvent(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wakers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = this.#clock.schedule(wake, POLL_MS);
      this.#wakers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }
}
