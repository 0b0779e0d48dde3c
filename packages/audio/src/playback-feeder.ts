import type { AudioClip } from '@runanywhere/core';
import { Resampler } from './resampler.ts';

/** What one task on the page's thread converts: below 5 ms of work on a slow machine. */
const PIECE_SECONDS = 0.25;
/** When so little is left to play, the last samples that the resampler holds back are fetched from it. */
const LOW_WATER_MS = 100;

/** Where a {@link PlaybackFeeder} sends what it has converted. */
export interface PlaybackFeederOptions {
  /** What the samples are to have. */
  readonly sampleRateHz: number;
  /** Takes samples over, in order. */
  readonly send: (samples: Float32Array<ArrayBuffer>) => void;
  /** How much of what was sent is still to be played. */
  readonly waitingMs: () => number;
}

/**
 * Brings clips to the rate of the loudspeaker, in order, and without a seam between clips of the same rate: they are one
 * stream to the resampler. Clips that have the rate already are handed on as they are, at once. Longer conversions are cut
 * into tasks of a few milliseconds.
 */
export class PlaybackFeeder {
  readonly #options: PlaybackFeederOptions;
  readonly #clips: AudioClip[] = [];
  #resampler: Resampler | undefined;
  #working = false;
  /** Rises with every `clear`, so that work under way notices. */
  #generation = 0;
  #tailTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PlaybackFeederOptions) {
    this.#options = options;
  }

  /** Queues a clip. */
  add(clip: AudioClip): void {
    clearTimeout(this.#tailTimer);
    this.#clips.push(clip);
    if (!this.#working) void this.#work();
  }

  /** Whether something is queued that was not sent yet. */
  get hasUnsent(): boolean {
    return this.#working || this.#resampler !== undefined;
  }

  /** Drops what was not sent. */
  clear(): void {
    clearTimeout(this.#tailTimer);
    this.#generation += 1;
    this.#clips.length = 0;
    this.#resampler = undefined;
    this.#working = false;
  }

  async #work(): Promise<void> {
    const generation = this.#generation;
    const { sampleRateHz, send } = this.#options;
    this.#working = true;
    for (let clip = this.#clips.shift(); clip; clip = this.#clips.shift()) {
      if (this.#resampler && this.#resampler.fromHz !== clip.sampleRateHz) this.#sendTail();
      if (clip.sampleRateHz === sampleRateHz) {
        send(clip.samples);
        continue;
      }
      this.#resampler ??= new Resampler({ fromHz: clip.sampleRateHz, toHz: sampleRateHz });
      const resampler = this.#resampler;
      const pieceSamples = Math.ceil(PIECE_SECONDS * clip.sampleRateHz);
      for (let start = 0; start < clip.samples.length; start += pieceSamples) {
        const piece = clip.samples.subarray(start, start + pieceSamples);
        const output = new Float32Array(resampler.maxOutputSamples(piece.length));
        send(output.slice(0, resampler.push(piece, output)));
        await nextTask();
        if (this.#generation !== generation) return;
      }
    }
    this.#working = false;
    if (this.#resampler) this.#scheduleTail();
  }

  #scheduleTail(): void {
    const delayMs = Math.max(0, this.#options.waitingMs() - LOW_WATER_MS);
    this.#tailTimer = setTimeout(() => this.#sendTail(), delayMs);
  }

  #sendTail(): void {
    const resampler = this.#resampler;
    if (!resampler) return;
    this.#resampler = undefined;
    const tail = new Float32Array(resampler.maxOutputSamples(0));
    this.#options.send(tail.slice(0, resampler.flush(tail)));
  }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
