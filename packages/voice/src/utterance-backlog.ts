import type { AudioClip } from '@runanywhere/core';

/** The rate of everything that is kept, in samples per second. */
const SAMPLE_RATE_HZ = 16_000;
const INT16_MAX = 32_767;

/** Utterances that wait together are joined up to this length, in milliseconds: about what transcribers take in one piece. */
const JOINED_MS = 20_000;
/** Those further apart, in milliseconds, are not: they hardly belong to one sentence. */
const JOINED_GAP_MS = 3000;
/** A pause between joined utterances is kept up to this length, in milliseconds. */
const KEPT_GAP_MS = 500;

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
    return milliseconds(this.#samples);
  }

  /** Keeps an utterance, or as much of its beginning as there is room for. Returns how many milliseconds of it were lost. */
  push({ clip, lastSpeechMs, endOfTurnMs }: Utterance): number {
    const room = this.#maxSamples - this.#samples;
    const samples = toInt16(clip.samples.subarray(0, Math.max(0, room)));
    if (samples.length > 0 || clip.samples.length === 0) {
      this.#kept.push({ samples, startMs: clip.startMs, lastSpeechMs, endOfTurnMs });
      this.#samples += samples.length;
    }
    return milliseconds(clip.samples.length - samples.length);
  }

  /**
   * Takes out the oldest utterance, joined with those that followed soon: transcribers understand a sentence better than its
   * pieces. The moments are those of the last one.
   */
  shift(): Utterance | undefined {
    const first = this.#kept.shift();
    if (!first) return undefined;
    const parts: Int16Array[] = [first.samples];
    let last = first;
    let length = first.samples.length;
    for (let next = this.#kept[0]; next; next = this.#kept[0]) {
      const gapMs = Math.max(0, next.startMs - (last.startMs + milliseconds(last.samples.length)));
      const gap = new Int16Array(Math.round((Math.min(gapMs, KEPT_GAP_MS) * SAMPLE_RATE_HZ) / 1000));
      const joined = length + gap.length + next.samples.length;
      if (gapMs > JOINED_GAP_MS || milliseconds(joined) > JOINED_MS) break;
      parts.push(gap, next.samples);
      length = joined;
      last = next;
      this.#kept.shift();
    }
    // Gaps were never counted as kept.
    for (let index = 0; index < parts.length; index += 2) this.#samples -= parts[index]?.length ?? 0;
    const { lastSpeechMs, endOfTurnMs } = last;
    const samples = toFloat32(parts, length);
    return {
      clip: { samples, sampleRateHz: SAMPLE_RATE_HZ, startMs: first.startMs },
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

function toFloat32(parts: readonly Int16Array[], length: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    for (let index = 0; index < part.length; index++) samples[at + index] = (part[index] ?? 0) / INT16_MAX;
    at += part.length;
  }
  return samples;
}

function milliseconds(samples: number): number {
  return (samples * 1000) / SAMPLE_RATE_HZ;
}
