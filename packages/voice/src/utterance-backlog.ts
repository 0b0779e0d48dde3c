import type { AudioClip } from '@runanywhere/core';

/** The rate of everything that is kept, in samples per second. */
const SAMPLE_RATE_HZ = 16_000;
const INT16_MAX = 32_767;

/** One utterance, with the moments that belong to it. */
export interface Utterance {
  /** 16 000 Hz. */
  readonly clip: AudioClip;
  /** When its last speech was heard. */
  readonly lastSpeechMs: number;
  /** When its end was decided. */
  readonly endOfTurnMs: number;
}

interface KeptUtterance extends Omit<Utterance, 'clip'> {
  readonly samples: Int16Array;
  readonly startMs: number;
}

/**
 * What was said and has not been transcribed yet, in order, as 16-bit samples: 32 kB a second. Bounded: what does not
 * fit is cut off and its length returned, so that somebody can be told.
 */
export class UtteranceBacklog {
  readonly #maxSamples: number;
  readonly #kept: KeptUtterance[] = [];
  #samples = 0;

  /** @param maxKeptMs how much speech is kept at most, in milliseconds. */
  constructor(maxKeptMs: number) {
    this.#maxSamples = Math.floor((maxKeptMs * SAMPLE_RATE_HZ) / 1000);
  }

  /** How many utterances wait. */
  get length(): number {
    return this.#kept.length;
  }

  /** How much speech waits, in milliseconds. */
  get keptMs(): number {
    return (this.#samples * 1000) / SAMPLE_RATE_HZ;
  }

  /** Keeps an utterance, or as much of its beginning as there is room for. Returns how many milliseconds of it were lost. */
  push({ clip, lastSpeechMs, endOfTurnMs }: Utterance): number {
    const room = this.#maxSamples - this.#samples;
    const samples = toInt16(clip.samples.subarray(0, Math.max(0, room)));
    if (samples.length > 0 || clip.samples.length === 0) {
      this.#kept.push({ samples, startMs: clip.startMs, lastSpeechMs, endOfTurnMs });
      this.#samples += samples.length;
    }
    return ((clip.samples.length - samples.length) * 1000) / SAMPLE_RATE_HZ;
  }

  /** Takes out the oldest utterance. */
  shift(): Utterance | undefined {
    const kept = this.#kept.shift();
    if (!kept) return undefined;
    this.#samples -= kept.samples.length;
    const { samples, startMs, lastSpeechMs, endOfTurnMs } = kept;
    return {
      clip: { samples: toFloat32(samples), sampleRateHz: SAMPLE_RATE_HZ, startMs },
      lastSpeechMs,
      endOfTurnMs,
    };
  }

  /** Forgets everything. */
  clear(): void {
    this.#kept.length = 0;
    this.#samples = 0;
  }
}

function toInt16(samples: Float32Array): Int16Array {
  const integers = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    const sample = Math.max(-1, Math.min(1, samples[index] ?? 0));
    integers[index] = Math.round(sample * INT16_MAX);
  }
  return integers;
}

function toFloat32(integers: Int16Array): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(integers.length);
  for (let index = 0; index < integers.length; index++) samples[index] = (integers[index] ?? 0) / INT16_MAX;
  return samples;
}
