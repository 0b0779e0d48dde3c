import type { PlaybackReport } from './worklet-messages.ts';

/** A queue that ran dry and went on within this time had an underrun: the listener heard a gap inside one reply. */
const UNDERRUN_WITHIN_SECONDS = 1;

/**
 * Counts the samples that have left. A run of sound has no gaps, so the frame at which it began and the context's time say
 * how much of it has been heard, and what was queued limits it.
 */
export class PlaybackClock {
  readonly #sampleRateHz: number;
  /** Samples handed over that belong to no run that has ended. */
  #openSamples = 0;
  #startFrame: number | undefined;
  /** The length of the run, once it has ended. */
  #endedSamples: number | undefined;
  #lastEnd: { frame: number; stopped: boolean } | undefined;
  #underruns = 0;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
  }

  /** How often a queue ran dry and went on within a second. */
  get underruns(): number {
    return this.#underruns;
  }

  /** Whether the worklet has something whose end it has not told. */
  get isOpen(): boolean {
    return this.#openSamples > 0;
  }

  /** Samples were handed to the worklet. */
  enqueued(samples: number): void {
    this.#openSamples += samples;
  }

  /** The worklet told something. */
  report({ type, frame, playedSamples, droppedSamples }: PlaybackReport): void {
    if (type === 'started') {
      const end = this.#lastEnd;
      const gapSeconds = end && (frame - end.frame) / this.#sampleRateHz;
      if (gapSeconds !== undefined && !end?.stopped && gapSeconds < UNDERRUN_WITHIN_SECONDS) {
        this.#underruns += 1;
      }
      this.#startFrame = frame;
      this.#endedSamples = undefined;
      return;
    }
    this.#openSamples -= playedSamples + droppedSamples;
    this.#startFrame ??= frame;
    this.#endedSamples = playedSamples;
    if (playedSamples === 0) this.#startFrame = frame; // Dropped before anything left: a run of its own.
    this.#lastEnd = { frame, stopped: type === 'stopped' };
  }

  /** Samples of the run, the present or else the last one, that lie before `frame`. */
  playedSamplesAt(frame: number): number {
    if (this.#startFrame === undefined) return 0;
    const limit = this.#endedSamples ?? this.#openSamples;
    return Math.min(limit, Math.max(0, frame - this.#startFrame));
  }

  /** Samples handed over that lie behind `frame`. */
  waitingSamplesAt(frame: number): number {
    const playing = this.#startFrame !== undefined && this.#endedSamples === undefined;
    return playing ? this.#openSamples - this.playedSamplesAt(frame) : this.#openSamples;
  }
}
